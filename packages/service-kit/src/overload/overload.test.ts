import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProblemBody } from "../problems/problems.ts";
import { runApp } from "../testing/running-app.ts";
import { FIRST_PER_TURN, LEAST_WAITING } from "./admission.ts";

/** More than may wait, whatever a request takes. */
const MANY = FIRST_PER_TURN + LEAST_WAITING + 30;

/**
 * An app whose requests take 200 ms of the process's time each, and so many connections to it, on
 * which requests are sent at the same moment.
 */
async function overloaded(options: Parameters<typeof runApp>[1] = {}) {
  let begun = 0;
  const app = await runApp((express) => {
    express.all("/busy", (_req, res) => {
      begun += 1;
      app.clock.pass(200);
      res.end("busy");
    });
    express.all("/quick", (_req, res) => void res.end("quick"));
  }, options);
  const connections = Array.from({ length: MANY }, () => app.connect());
  for (const connection of connections) {
    connection.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
    await connection.answer();
  }
  return {
    app,
    /** What the requests get that are refused, and how many are answered. */
    async ask(head: string) {
      for (const connection of connections) connection.send(`${head}\r\nHost: a\r\n\r\n`);
      const answers = await Promise.all(connections.map((connection) => connection.answer()));
      const refusals = answers.filter(({ status }) => status === 503);
      assert.equal(refusals.length + answers.filter(({ status }) => status === 200).length, MANY);
      const [refusal] = refusals;
      assert.ok(refusal !== undefined, "nothing was refused");
      return { refusal, refused: refusals.length };
    },
    connections,
    begun: () => begun,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

test("what there is no time for is refused at once, and what was started is answered", async () => {
  await using full = await overloaded();
  const { app } = full;
  for (const head of ["GET /busy HTTP/1.1", "POST /busy HTTP/1.1\r\nContent-Length: 0"]) {
    const { refusal } = await full.ask(head);
    const { headers } = refusal;
    assert.equal(headers["retry-after"], "1");
    assert.equal(headers["server-timing"], 'test-app;desc="overload"');
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["content-type"], "application/problem+json");
    assert.partialDeepStrictEqual(JSON.parse(refusal.body), {
      type: "/problems/overloaded",
      status: 503,
      instance: headers["x-request-id"],
    });
  }
  const health = await fetch(`http://127.0.0.1:${app.adminPort}/healthz`);
  assert.equal(await health.text(), "ok\n");
  const metrics = await fetch(`http://127.0.0.1:${app.adminPort}/metrics`);
  assert.match(await metrics.text(), /duration_seconds_count\{.*method="POST",status="503"\} \d+/);
  assert.equal(await (await fetch(`${app.origin}/quick`)).text(), "quick");
});

test("a refused HEAD has no body, and its connection goes on", async () => {
  await using full = await overloaded();
  const more = "GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  for (const connection of full.connections) connection.send(`HEAD /busy HTTP/1.1\r\nHost: a\r\n\r\n${more}`);
  const texts = await Promise.all(full.connections.map((connection) => connection.closed()));
  const refused = texts.filter((text) => text.startsWith("HTTP/1.1 503"));
  assert.notEqual(refused.length, 0);
  for (const text of refused) assert.match(text, /^HTTP[^]*?\r\n\r\nHTTP\/1\.1 (?:200|503)/);
});

test("the time that a request waits counts: it is in its duration", async () => {
  await using full = await overloaded();
  await full.ask("GET /busy HTTP/1.1");
  const durations = full.app.log.lines("request").map(({ durationMs }) => Number(durationMs));
  assert.ok(
    durations.some((ms) => ms >= FIRST_PER_TURN * 200),
    String(Math.max(...durations)),
  );
});

test("a browser that opens a page is refused with one, and a program as ever", async () => {
  const overloadPage = ({ title, instance }: ProblemBody) => ({
    document: `<h1>${title}: we’ll be back</h1><p>${instance}</p>`,
    headers: { "Content-Security-Policy": "default-src 'none'" },
  });
  await using full = await overloaded({ overloadPage });
  const { refusal: page } = await full.ask(
    "GET /busy HTTP/1.1\r\nAccept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
  );
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  assert.equal(page.headers["content-security-policy"], "default-src 'none'");
  assert.equal(page.headers["retry-after"], "1");
  const text = Buffer.from(page.body, "latin1").toString();
  assert.equal(text, `<h1>Overloaded: we’ll be back</h1><p>${page.headers["x-request-id"]}</p>`);
  for (const accept of ["application/json, text/html;q=0.1", "*/*"]) {
    const { refusal } = await full.ask(`GET /busy HTTP/1.1\r\nAccept: ${accept}`);
    assert.equal(refusal.headers["content-type"], "application/problem+json");
  }
});

test("a client that leaves while its request waits is not begun", async () => {
  await using full = await overloaded();
  const { app, connections } = full;
  for (const connection of connections) connection.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n");
  for (const connection of connections) connection.destroy();
  await (await fetch(`${app.origin}/quick`)).text();
  assert.ok(full.begun() < FIRST_PER_TURN + LEAST_WAITING, `${full.begun()} were begun`);
});

test("the log says who refused how many, in one line a second", async () => {
  await using full = await overloaded();
  const { refused } = await full.ask("GET /busy HTTP/1.1");
  full.app.clock.advance(1_000);
  assert.partialDeepStrictEqual(full.app.log.lines("overloaded: refused requests"), [
    { level: "warn", layer: "test-app", refusedBy: "overload", refused, limit: LEAST_WAITING },
  ]);
});
