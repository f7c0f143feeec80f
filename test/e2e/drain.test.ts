import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { memberOf } from "../domain-services/testing/json.ts";
import { expectedHomePage } from "./testing/databases.ts";
import { HOME_PAGE } from "./testing/home-page.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";
import { unlessHeldUp, unlessLate, until } from "./testing/patience.ts";
import { startWebProcess } from "./testing/web-process.ts";

/**
 * Half of the screen's deadline of 800 ms, since the machine may be busy, and long enough to watch
 * the process drain.
 */
const SLOW_MS = 400;

describe("the web BFF after SIGTERM", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });

  const urls = () => ({
    users: system.stack.url("users"),
    orders: system.stack.url("orders"),
    recommendations: system.stack.url("recommendations"),
    catalog: system.stack.url("catalog"),
  });

  for (const accept of ["application/json", "text/html"]) {
    it(`is no longer ready, finishes its requests, and exits with 0 (${accept})`, async () => {
      assert.ok(await unlessLate(() => drained(accept)));
    });
  }

  /** @returns undefined if a busy machine looked only after the process had ended */
  async function drained(accept: string): Promise<true | undefined> {
    await using started = await startWebProcess(urls());
    const { web, program } = started;
    const readiness = async () => (await started.admin("/readyz")).status;
    assert.equal(await readiness(), 200);
    // A process that has just started may be too slow for a whole page.
    await unlessHeldUp(() => web.ask(HOME_PAGE, { user: "8" }));
    const { orders } = system.services;
    await orders.misbehave({ delay: { ms: SLOW_MS } });
    await orders.forget();

    const slow = web.ask(HOME_PAGE, { user: "2", accept });
    await until("the slow call", async () => (await orders.calls())[0]);
    program.child.kill("SIGTERM");
    const readyAfter = await until("an end of its readiness", async () => {
      const status = await readiness().catch(() => 0);
      return status === 200 ? undefined : status;
    });
    if (readyAfter !== 503) {
      await Promise.allSettled([slow, orders.behave()]);
      return undefined;
    }
    await assert.rejects(web.ask(HOME_PAGE, { user: "3" }), { code: "ECONNREFUSED" });

    const answer = await slow;
    await orders.behave();
    assert.equal(answer.status, 200);
    if (accept === "application/json") {
      assert.deepEqual(JSON.parse(answer.text), expectedHomePage(system.databases, "2"));
    } else {
      assert.match(answer.text, /SO-2\d{3}-\d+[^]*<\/html>\s*$/);
      assert.doesNotMatch(answer.text, /right now/);
    }
    assert.deepEqual(await program.ended, { code: 0, signal: null });
    assert.equal(program.stderr, "");
    const lines = program.output
      .split("\n")
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line));
    const linesOf = (message: string) => lines.filter((line) => memberOf(line, "msg") === message);
    assert.deepEqual(
      linesOf("drained").map((line) => memberOf(line, "cut")),
      [0],
    );
    const id = answer.headers["x-request-id"];
    assert.equal(linesOf("request").filter((line) => memberOf(line, "requestId") === id).length, 1);
    return true;
  }
});
