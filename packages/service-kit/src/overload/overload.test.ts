import assert from "node:assert/strict";
import { once } from "node:events";
import type { Response } from "express";
import { test } from "node:test";
import { runApp } from "../testing/running-app.ts";
import { record } from "../requests/record.ts";
import type { RequestRecord } from "../requests/record.ts";
import type { ProblemBody } from "../problems/problems.ts";
import { LEAST_LIMIT } from "./admission-limit.ts";

/** What a service that has no place makes of a page: all of it is refused, or a part of it. */
const LACKING: Record<string, (entry: RequestRecord) => void> = {
  "a page": (entry) => (entry.problem = "overloaded"),
  "a part of a page": (entry) => {
    entry.sections = [{ section: "orders", outcome: "fallback", reason: "overloaded" }];
  },
};

for (const [what, lack] of Object.entries(LACKING)) {
  test(`${what} that was let in and found no place at a service lowers the limit`, async () => {
    await using full = await runFull(LEAST_LIMIT + 10);
    const { app, ask } = full;
    await full.end(2, lack);
    for (let turn = 0; turn < 11; turn += 1) app.clock.advance(18);
    assert.equal((await ask()).status, 503);
  });
}

/** An app with so many requests in flight that never end by themselves. */
async function runFull(count: number, options: Parameters<typeof runApp>[1] = {}) {
  const held: Response[] = [];
  const full = Promise.withResolvers<void>();
  const app = await runApp((express) => {
    express.all("/held", (_req, res) => {
      held.push(res);
      if (held.length === count) full.resolve();
    });
    express.all("/quick", (_req, res) => void res.end("quick"));
  }, options);
  const waiting = Promise.all(
    Array.from({ length: count }, async () => (await fetch(`${app.origin}/held`)).text()),
  );
  await full.promise;
  return {
    app,
    ask: (init: RequestInit = {}) => fetch(`${app.origin}/quick`, init),
    /** Ends so many of them, and notes what became of them. */
    async end(many: number, note: (entry: RequestRecord) => void) {
      for (const res of held.splice(0, many)) {
        note(record(res));
        res.end();
        await once(res, "close");
      }
    },
    async release() {
      for (const res of held) res.end();
      await waiting;
    },
    async [Symbol.asyncDispose]() {
      for (const res of held) res.destroy();
      await waiting.catch(() => undefined);
      await app[Symbol.asyncDispose]();
    },
  };
}

test("while the event loop is late, a new request is refused at once, and one that came before is answered", async () => {
  await using full = await runFull(LEAST_LIMIT + 10);
  const { app, ask } = full;
  for (let turn = 0; turn < 2; turn += 1) app.clock.advance(200);

  for (const init of [{}, { method: "POST", body: "{}" }, { method: "HEAD" }]) {
    const answer = await ask(init);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "1");
    assert.equal(answer.headers.get("server-timing"), 'test-app;desc="overload"');
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    const text = await answer.text();
    if (init.method === "HEAD") continue;
    assert.partialDeepStrictEqual(JSON.parse(text), {
      type: "/problems/overloaded",
      status: 503,
      instance: answer.headers.get("x-request-id"),
    });
  }
  const health = await fetch(`http://127.0.0.1:${app.adminPort}/healthz`);
  assert.equal(await health.text(), "ok\n");
  const metrics = await fetch(`http://127.0.0.1:${app.adminPort}/metrics`);
  assert.match(await metrics.text(), /duration_seconds_count\{.*method="POST",status="503"\} 1/);

  await full.release();
  assert.equal(await (await ask()).text(), "quick");
});

test("a browser that opens a page is refused with one, and a program as ever", async () => {
  const overloadPage = ({ title, instance }: ProblemBody) => ({
    document: `<h1>${title}: we’ll be back</h1><p>${instance}</p>`,
    headers: { "Content-Security-Policy": "default-src 'none'" },
  });
  await using full = await runFull(LEAST_LIMIT + 10, { overloadPage });
  const { app, ask } = full;
  for (let turn = 0; turn < 2; turn += 1) app.clock.advance(200);
  const page = await ask({ headers: { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" } });
  assert.equal(page.status, 503);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(page.headers.get("content-security-policy"), "default-src 'none'");
  assert.equal(page.headers.get("retry-after"), "1");
  const id = page.headers.get("x-request-id");
  assert.equal(await page.text(), `<h1>Overloaded: we’ll be back</h1><p>${id}</p>`);
  for (const accept of ["application/json, text/html;q=0.1", "*/*"]) {
    const answer = await ask({ headers: { accept } });
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    await answer.text();
  }
});

test("the log says who refused how many, in one line for each interval", async () => {
  await using full = await runFull(LEAST_LIMIT + 10);
  const { app, ask } = full;
  for (let turn = 0; turn < 2; turn += 1) app.clock.advance(200);
  for (let asked = 0; asked < 3; asked += 1) await (await ask()).text();
  for (let turn = 0; turn < 2; turn += 1) app.clock.advance(200);
  assert.partialDeepStrictEqual(app.log.lines("overloaded: refused requests"), [
    {
      level: "warn",
      layer: "test-app",
      refusedBy: "overload",
      refused: 3,
      limit: LEAST_LIMIT,
      loopDelayMs: 190,
    },
  ]);
});
