import assert from "node:assert/strict";
import { test } from "node:test";
import type { Express } from "express";
import { record } from "../index.ts";
import { runApp, type RunningApp } from "../testing/running-app.ts";

function routes(express: Express): void {
  express.get("/screens/:id", (_req, res) => {
    const entry = record(res);
    entry.screen = "home-page";
    entry.upstreamCalls += 3;
    entry.outcome = "degraded";
    entry.sections = [
      { section: "profile", outcome: "ok" },
      { section: "recommendations", outcome: "fallback", reason: "timeout" },
    ];
    res.json({ ok: true });
  });
}

function run(): Promise<RunningApp> {
  return runApp(routes);
}

test("an app's notes are in the line, but never replace what the kit says", async () => {
  await using app = await runApp((express) => {
    express.get("/noted", (_req, res) => {
      Object.assign(record(res).notes, { consumer: "acme", method: "forged" });
      res.end();
    });
  });
  await fetch(`${app.origin}/noted`);
  const line = await app.log.only("request");
  assert.equal(line["consumer"], "acme");
  assert.equal(line["method"], "GET");
});

const HOST = "Host: test\r\n";

test("logs one line per request: names and numbers, nothing personal", async () => {
  await using app = await run();
  await fetch(`${app.origin}/screens/ada?email=ada@example.com`, {
    headers: {
      "X-Request-Id": "req-1",
      "User-Agent": "ada's browser",
      "X-User-Id": "ada",
      Cookie: "sid=ada",
      Authorization: "Bearer ada-ada-ada",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
  });
  const line = await app.log.only("request");
  assert.deepEqual(
    { ...line, time: "" },
    {
      level: "info",
      time: "",
      service: "test-app",
      requestId: "req-1",
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      method: "GET",
      screen: "home-page",
      outcome: "degraded",
      status: 200,
      durationMs: 0,
      upstreamCalls: 3,
      upstreams: [],
      degraded: ["recommendations"],
      msg: "request",
    },
  );
  assert.doesNotMatch(app.log.raw.join(""), /ada|127\.0\.0\.1/);
});

test("measures the same: by screen, method and status, and the outcome of screen and section", async () => {
  await using app = await run();
  await fetch(`${app.origin}/screens/1`);
  await fetch(`${app.origin}/unknown/path`);
  await app.log.waitFor("request", 2);
  const text = await app.metrics.registry.metrics();
  assert.match(text, /_count\{service="test-app",screen="home-page",method="GET",status="200"\} 1/);
  assert.match(text, /_count\{service="test-app",screen="none",method="GET",status="404"\} 1/);
  assert.match(
    text,
    /screen_section_total\{screen="home-page",section="recommendations",outcome="fallback",reason="timeout",service="test-app"\} 1/,
  );
  assert.match(text, /screen_requests_total\{screen="home-page",outcome="degraded",service="test-app"\} 1/);
  assert.doesNotMatch(text, /unknown\/path|screen="none",outcome/);
});

test("the duration is the clock's", async () => {
  await using app = await runApp((express) => {
    express.get("/slow", (_req, res) => {
      app.clock.advance(123.4567);
      res.end();
    });
  });
  await fetch(`${app.origin}/slow`);
  assert.equal((await app.log.only("request"))["durationMs"], 123.457);
});

test("a client that left is logged as aborted, with 499 where it got nothing", async () => {
  const entered = Promise.withResolvers<void>();
  await using app = await runApp((express) => {
    express.get("/never", () => entered.resolve());
  });
  const connection = app.connect().send(`GET /never HTTP/1.1\r\n${HOST}\r\n`);
  await entered.promise;
  connection.destroy();
  const line = await app.log.only("request");
  assert.equal(line["status"], 499);
  assert.equal(line["aborted"], true);
});

test("a client that left in the middle of the answer is logged as aborted", async () => {
  await using app = await runApp((express) => {
    express.get("/large", (_req, res) => {
      res.end(Buffer.alloc(50_000_000));
    });
  });
  const connection = app.connect().send(`GET /large HTTP/1.1\r\n${HOST}\r\n`);
  await connection.seen("HTTP/1.1 200");
  connection.destroy();
  const line = await app.log.only("request");
  assert.equal(line["status"], 200);
  assert.equal(line["aborted"], true);
});

test("every answer carries the request id and nosniff, and no X-Powered-By", async () => {
  await using app = await run();
  for (const path of ["/screens/1", "/unknown"]) {
    const { headers } = await fetch(`${app.origin}${path}`, { headers: { "X-Request-Id": "a.b_c~d-1" } });
    assert.equal(headers.get("x-request-id"), "a.b_c~d-1");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-powered-by"), null);
  }
});

const NOT_TAKEN = [
  "X-Request-Id: spaces in it\r\n",
  "X-Request-Id: \r\n",
  `X-Request-Id: ${"a".repeat(129)}\r\n`,
  "X-Request-Id: a/b\r\n",
  "X-Request-Id: one\r\nx-request-id: two\r\n",
  "X-Request-Id: one\r\nX-REQUEST-ID: one\r\n",
  "",
];

for (const header of NOT_TAKEN) {
  test(`makes a request id for ${JSON.stringify(header.slice(0, 60))}`, async () => {
    await using app = await run();
    const answer = await app.connect().send(`GET /screens/1 HTTP/1.1\r\n${HOST}${header}\r\n`).answer();
    assert.match(answer.headers["x-request-id"] ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal((await app.log.only("request"))["requestId"], answer.headers["x-request-id"]);
  });
}

test("the app may replace the request id, everywhere at once", async () => {
  await using app = await runApp((express) => {
    express.get("/", (_req, res) => {
      record(res).setRequestId("the-jti");
      throw new Error("to see the problem's instance");
    });
  });
  const response = await fetch(app.origin, { headers: { "X-Request-Id": "other" } });
  assert.equal(response.headers.get("x-request-id"), "the-jti");
  assert.match(await response.text(), /"instance":"the-jti"/);
  assert.equal((await app.log.only("request"))["requestId"], "the-jti");
});

test("setRequestId refuses what cannot be one, and record() a response without a record", async () => {
  const refused = Promise.withResolvers<unknown>();
  await using app = await runApp((express) => {
    express.get("/", (_req, res) => {
      try {
        record(res).setRequestId("a b");
      } catch (error) {
        refused.resolve(error);
      }
      res.end();
    });
  });
  await fetch(app.origin);
  assert.ok((await refused.promise) instanceof TypeError);
  const { ServerResponse, IncomingMessage } = await import("node:http");
  const { Socket } = await import("node:net");
  const unseen = new ServerResponse(new IncomingMessage(new Socket()));
  assert.throws(() => record(unseen), /mount inbound\(\)/);
});

test("each upstream call gets a traceparent of the same trace with a span of its own", async () => {
  const sent: string[] = [];
  await using app = await runApp((express) => {
    express.get("/", (_req, res) => {
      sent.push(record(res).traceparent(), record(res).traceparent());
      res.end();
    });
  });
  await fetch(app.origin, {
    headers: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
  });
  assert.equal(new Set(sent).size, 2);
  for (const header of sent) assert.match(header, /^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
});
