import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { request } from "undici";
import { memberOf } from "../domain-services/testing/json.ts";
import { expectedHomePage } from "./databases/home-page.ts";
import { HOME_PAGE } from "./system/home-page.ts";
import { startSystem } from "./system/start.ts";
import type { System } from "./system/start.ts";
import { until } from "./system/until.ts";
import { startWebProcess } from "./system/web-process.ts";

/** Half of the screen's deadline of 800 ms, since the machine may be busy, and long enough to look at the process while it drains. */
const SLOW_MS = 400;

describe("the web BFF that is told to stop", () => {
  let system: System;
  before(async () => {
    system = await startSystem();
  });
  after(() => system.stop());

  for (const accept of ["application/json", "text/html"]) {
    it(`is not ready any more, ends what it has begun, and exits with 0 (${accept})`, async () => {
      await using started = await startWebProcess(system);
      const { web, adminUrl, log } = started;
      const readiness = async (): Promise<number> => {
        const { statusCode, body } = await request(`${adminUrl}/readyz`, { reset: true });
        await body.dump();
        return statusCode;
      };
      assert.equal(await readiness(), 200);
      const { orders } = system.services;
      await orders.misbehave({ delay: { ms: SLOW_MS } });
      await orders.forget();

      const slow = web.ask(HOME_PAGE, { user: "2", accept });
      await until("the slow call", async () => (await orders.calls())[0]);
      started.signal("SIGTERM");
      await until("an answer that it is not ready", async () =>
        (await readiness()) === 503 ? true : undefined,
      );
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
      assert.deepEqual(await started.ended, { code: 0, signal: null, stderr: "" });
      const linesOf = (message: string): readonly unknown[] =>
        log.filter((line) => memberOf(line, "msg") === message);
      assert.deepEqual(
        linesOf("drained").map((line) => memberOf(line, "cut")),
        [0],
      );
      assert.equal(linesOf("request").length, 1);
    });
  }
});
