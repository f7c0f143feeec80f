import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Response } from "express";
import { test } from "node:test";
import { CapturedLog } from "@triptych/testing";
import { createLogger } from "../logging/logger.ts";
import { createMetrics, ListenError, MAX_BODY_BYTES, serve } from "../index.ts";
import { runApp, type RunningApp } from "../testing/running-app.ts";
import { listen } from "./listen.ts";

/** An app whose `/held` answers when the test says so. */
async function runHeld(options: { onDrained?: () => void | Promise<void>; drainDelayMs?: number } = {}) {
  const held = Promise.withResolvers<Response>();
  const app = await runApp((express) => {
    express.get("/quick", (_req, res) => {
      res.json({ quick: true });
    });
    express.get("/held", (_req, res) => held.resolve(res));
    express.get("/streamed", (_req, res) => {
      res.write("first ");
      held.resolve(res);
    });
  }, options);
  return { app, response: held.promise, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

function admin(app: RunningApp, path: string, init?: RequestInit): Promise<globalThis.Response> {
  return fetch(`http://127.0.0.1:${app.adminPort}${path}`, init);
}

const HELD = "GET /held HTTP/1.1\r\nHost: a\r\n\r\n";
const QUICK = "GET /quick HTTP/1.1\r\nHost: a\r\n\r\n";

test("says where it listens in its first line", async () => {
  await using app = await runApp(() => {});
  app.clock.advance(12);
  const [first] = app.log.raw;
  assert.match(
    first ?? "",
    new RegExp(`"port":${app.port},"adminPort":${app.adminPort},"readyMs":0,"msg":"ready"`),
  );
});

test("is ready when what it waits for is there, and never after a drain began", async () => {
  for (const drains of [false, true]) {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    await using app = await runApp((express) => void express.get("/", (_req, res) => void res.end()), {
      ready,
    });
    const starting = await admin(app, "/readyz");
    assert.deepEqual([starting.status, await starting.text()], [503, "starting\n"]);
    assert.equal((await admin(app, "/healthz")).status, 200);
    assert.equal((await fetch(app.origin)).status, 200, "it answers who comes all the same");
    assert.equal(app.log.lines("ready").length, 0);
    const stopped = drains ? app.stop() : undefined;
    resolve();
    await ready;
    if (!drains) assert.equal((await admin(app, "/readyz")).status, 200);
    assert.equal(app.log.lines("ready").length, drains ? 0 : 1);
    await stopped;
  }
});

test("health, readiness and metrics are only on the admin port", async () => {
  await using app = await runApp((express) => {
    express.get("/screen", (_req, res) => {
      res.end();
    });
  });
  assert.equal((await admin(app, "/healthz")).status, 200);
  assert.equal((await admin(app, "/readyz?verbose")).status, 200);
  await (await fetch(`${app.origin}/screen`)).text();
  await app.log.waitFor("request");
  const metrics = await admin(app, "/metrics");
  assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(await metrics.text(), /http_request_duration_seconds_count\{.*status="200"\} 1/);
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    assert.equal((await fetch(`${app.origin}${path}`)).status, 404);
  }
});

test("the admin port serves nothing else, and nothing but GET and HEAD", async () => {
  await using app = await runApp(() => {});
  assert.equal((await admin(app, "/")).status, 404);
  assert.equal((await admin(app, "/healthz/")).status, 404);
  const post = await admin(app, "/healthz", { method: "POST" });
  assert.equal(post.status, 405);
  assert.equal(post.headers.get("allow"), "GET, HEAD");
  assert.equal(post.headers.get("content-type"), "application/problem+json");
  const head = await admin(app, "/metrics", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  assert.equal(head.headers.get("x-content-type-options"), "nosniff");
});

test("takes connections for as long as those who balance may need to see that it is not ready", async () => {
  await using held = await runHeld({ drainDelayMs: 2_000 });
  const stopped = held.app.stop();
  assert.equal((await admin(held.app, "/readyz")).status, 503);
  const late = held.app.connect();
  late.send(QUICK);
  assert.equal((await late.answer()).status, 200);
  held.app.clock.advance(2_000);
  await stopped;
  await assert.rejects(fetch(`${held.app.origin}/quick`));
});

test("a drain is not ready at once, finishes what is in flight and closes the rest", async () => {
  await using held = await runHeld();
  const { app } = held;
  const idle = app.connect().send(QUICK);
  assert.equal((await idle.answer()).headers["connection"], "keep-alive");
  const silent = app.connect();
  await new Promise((resolve) => silent.socket.once("connect", resolve));
  const busy = app.connect().send(HELD);
  const response = await held.response;

  const stopped = app.stop();
  const ready = await admin(app, "/readyz");
  assert.equal(ready.status, 503);
  assert.equal(await ready.text(), "draining\n");
  assert.equal((await admin(app, "/healthz")).status, 200);
  await Promise.all([idle.closed(), silent.closed()]);
  await assert.rejects(fetch(`${app.origin}/quick`), "no new connection is taken");

  response.json({ whole: true });
  const answer = await busy.answer();
  assert.equal(answer.status, 200);
  assert.equal(answer.body, '{"whole":true}');
  assert.equal(answer.headers["connection"], "close");
  await busy.closed();
  await stopped;
  assert.equal(app.stop(), stopped, "stopping twice is stopping once");
  const [draining] = app.log.lines("draining");
  assert.equal(draining?.["inFlight"], 1);
  assert.equal((await app.log.only("drained"))["cut"], 0);
  await assert.rejects(admin(app, "/healthz"));
});

test("an answer that had begun before the drain ends whole, and then its connection closes", async () => {
  await using held = await runHeld();
  const connection = held.app.connect().send("GET /streamed HTTP/1.1\r\nHost: a\r\n\r\n");
  const response = await held.response;
  await connection.seen("first");
  const stopped = held.app.stop();
  response.end("last");
  const received = await connection.closed();
  assert.match(received, /Connection: keep-alive/);
  assert.match(received, /last\r\n0\r\n\r\n$/);
  await stopped;
});

test("what is still in flight when the time is up is cut", async () => {
  await using held = await runHeld();
  const connection = held.app.connect().send(HELD);
  await held.response;
  const stopped = held.app.stop();
  held.app.clock.advance(8_999);
  assert.equal(connection.socket.destroyed, false);
  held.app.clock.advance(1);
  await stopped;
  assert.equal(await connection.closed(), "");
  assert.equal((await held.app.log.only("drained"))["cut"], 1);
  assert.equal((await held.app.log.only("request"))["aborted"], true);
});

test("what the app holds is released after the last answer", async () => {
  const order: string[] = [];
  await using held = await runHeld({ onDrained: () => void order.push("released") });
  const connection = held.app.connect().send(HELD);
  const response = await held.response;
  response.once("close", () => order.push("answered"));
  const stopped = held.app.stop();
  response.end("done");
  await connection.closed();
  await stopped;
  assert.deepEqual(order, ["answered", "released"]);
  assert.equal(held.app.clock.pending, 0, "no timer is left");
});

test("a release that fails, or never ends, does not hold up the stop", async () => {
  const failing = await runApp(() => {}, { onDrained: () => Promise.reject(new Error("pool is stuck")) });
  await failing.stop();
  assert.match(JSON.stringify(await failing.log.only("onDrained failed")), /pool is stuck/);

  const entered = Promise.withResolvers<void>();
  const hanging = await runApp(() => {}, {
    onDrained: () => {
      entered.resolve();
      return new Promise(() => {});
    },
  });
  const stopped = hanging.stop();
  await entered.promise;
  hanging.clock.advance(500);
  await stopped;
  await hanging.log.only("onDrained took too long");
  assert.equal(hanging.clock.pending, 0);
});

test("asks for the body of a client that waits for 100 Continue, unless it is too large", async () => {
  await using app = await runApp((express) => {
    express.post("/echo", (req, res) => {
      res.json(req.body);
    });
  });
  const head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n";
  const small = app.connect().send(`${head}Content-Length: 2\r\n\r\n`);
  await small.seen("HTTP/1.1 100 Continue\r\n\r\n");
  small.send("{}");
  await small.seen("HTTP/1.1 200 OK");
  const large = app.connect().send(`${head}Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`);
  assert.equal((await large.answer()).status, 413);
});

test("ignores an expectation that it does not know", async () => {
  await using app = await runApp(() => {});
  const answer = await app.connect().send("GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n").answer();
  assert.equal(answer.status, 404);
});

test("a taken port is one line that names port, role and setting, and nothing is left listening", async () => {
  const taken = createServer();
  const takenPort = await listen(taken, { port: 0, host: "127.0.0.1", role: "", setting: "PORT" });
  const log = new CapturedLog(createLogger);
  const metrics = createMetrics({ name: "web-bff", processMetrics: false });
  const options = {
    name: "web-bff",
    app: () => {},
    host: "127.0.0.1",
    logger: log.logger,
    metrics,
    signals: [],
  };
  const attempt = async (port: number, adminPort: number): Promise<string> => {
    const error: unknown = await serve({ ...options, port, adminPort }).then(
      () => assert.fail("expected it not to start"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof ListenError);
    return error.message;
  };
  assert.equal(
    await attempt(takenPort, 0),
    `port ${takenPort} for web-bff's requests is taken: stop what listens there or set PORT to another port`,
  );
  assert.equal(
    await attempt(0, takenPort),
    `port ${takenPort} for web-bff's health and metrics is taken: stop what listens there or set ADMIN_PORT to another port`,
  );
  assert.match(await attempt(takenPort, takenPort), /set PORT to/);
  assert.equal(log.raw.length, 0, "it never said that it is ready");
  await new Promise((resolve) => taken.close(resolve));
});

test("an address of another machine names HOST", async () => {
  const metrics = createMetrics({ name: "a", processMetrics: false });
  const { logger } = new CapturedLog(createLogger);
  await assert.rejects(
    // 192.0.2.0/24 is assigned to no one (RFC 5737).
    serve({
      name: "a",
      app: () => {},
      port: 0,
      adminPort: 0,
      host: "192.0.2.1",
      logger,
      metrics,
      signals: [],
    }),
    /^ListenError: 192\.0\.2\.1 for a's requests is no address of this machine: set HOST/,
  );
});

test("a program's own operations are only on the admin port, behind the kit's", async () => {
  await using app = await runApp(() => {}, {
    adminApp: (req, res) => void res.end(`admin ${req.url}`),
  });
  assert.equal(await (await admin(app, "/revocations?x=1")).text(), "admin /revocations?x=1");
  assert.equal(await (await admin(app, "/healthz")).text(), "ok\n");
  assert.equal((await fetch(`${app.origin}/revocations`)).status, 404);
});
