import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { HOME_PAGE, assertWhole } from "./testing/home-page.ts";
import type { Call, ServiceName } from "./testing/running-stack.ts";
import type { System } from "./testing/system.ts";
import { freshSystem } from "./testing/shared-system.ts";
import { until } from "./testing/patience.ts";

describe("a client that goes away", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
    // Warm up first: in a cold process a call could reach its deadline before its client leaves.
    await assertWhole(system, system.newVisitor());
  });

  const lastCall = async (name: ServiceName): Promise<Call | undefined> =>
    (await system.services[name].calls()).at(-1);

  for (const accept of ["application/json", "text/html", "application/x-ndjson"]) {
    /**
     * @returns whether the client left before any of its calls reached a deadline; on a busy
     * machine it sometimes does not
     */
    const leaveWhileCallsHang = async (): Promise<boolean> => {
      const { services, web } = system;
      await system.forgetCalls();
      await system.misbehave({ hang: {} });
      const leave = new AbortController();
      const answer = web.ask(HOME_PAGE, { user: system.newVisitor(), accept, signal: leave.signal });
      const first = ["users", "orders", "recommendations"] as const;
      for (const name of first) await until(`a call of ${name}`, () => lastCall(name));
      leave.abort();
      await assert.rejects(answer, { name: "AbortError" });
      let inTime = true;
      for (const name of first) {
        const call = await until(`the end of the call of ${name}`, async () => {
          const last = await lastCall(name);
          return last === undefined || last.endedAt === null ? undefined : last;
        });
        assert.equal(call.aborted, true, `${name} saw it`);
        const ownDeadlineMs = Number(call.headers["x-request-timeout-ms"]);
        const tookMs = (call.endedAt ?? 0) - call.startedAt;
        if (tookMs >= ownDeadlineMs) inTime = false;
      }
      for (const name of first)
        assert.equal((await services[name].calls()).length, 1, `${name} is not asked again`);
      assert.deepEqual(await services.catalog.calls(), [], "what would have come next is not asked for");
      await system.behave();
      await assertWhole(system, system.newVisitor());
      return inTime;
    };

    it(`ends its upstream calls (${accept})`, async () => {
      for (let tries = 0; tries < 5; tries += 1) if (await leaveWhileCallsHang()) return;
      assert.fail("it was the deadline that ended the calls, each time");
    });
  }
});
