import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { unlessHeldUp, until } from "./testing/patience.ts";
import { SERVICES } from "./testing/running-stack.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { Call, ServiceName } from "./testing/running-stack.ts";
import type { System } from "./testing/system.ts";

/**
 * How long each service holds back its answer, ms: users and orders longer than recommendations and
 * the machine's usual lateness together.
 */
const DELAYS_MS = { users: 300, orders: 300, recommendations: 100, catalog: 0 } as const;

/** A timer may fire 1 ms too early, and an instant in whole milliseconds loses another. */
const TIMER_MS = 2;

/** The machine may be busy with other things in one of them, never in all. */
const PAGES = 5;

type Span = { readonly start: number; readonly end: number };

describe("the upstream calls of a home page", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });

  /**
   * The service records the end of a call when it gets to it, perhaps after the page was answered.
   */
  const onlyCall = (name: ServiceName): Promise<Span> =>
    until(`the end of the call of ${name}`, async () => {
      const calls = await system.services[name].calls();
      assert.equal(calls.length, 1, `${name} is called once`);
      const [call] = calls;
      return call !== undefined && isOver(call) ? { start: call.startedAt, end: call.endedAt } : undefined;
    });

  /**
   * The spans of one page's calls, for a page that was not late on a busy machine.
   */
  const callsOfPage = async (user: string) => {
    await unlessHeldUp(async () => {
      await system.forgetCalls();
      return system.web.ask("/web/home-page", { user });
    });
    const users = await onlyCall("users");
    const orders = await onlyCall("orders");
    const recommendations = await onlyCall("recommendations");
    return { first: [users, orders, recommendations], recommendations, catalog: await onlyCall("catalog") };
  };

  it("run at the same time, except the one that needs another call's answer", async () => {
    for (const name of SERVICES) await system.services[name].misbehave({ delay: { ms: DELAYS_MS[name] } });
    let overlapping = 0;
    for (let page = 0; page < PAGES; page += 1) {
      const { first, recommendations, catalog } = await callsOfPage(system.newVisitor());
      // Its answer was sent after the delay. The service may record the end later than that.
      const answeredAt = recommendations.start + DELAYS_MS.recommendations - TIMER_MS;
      assert.ok(catalog.start >= answeredAt, "the catalog is asked what recommendations named");
      const atOnce = first.every((one) => first.every((other) => one.start < other.end));
      // It waits for recommendations only.
      const early = first.every((one) => one === recommendations || catalog.start < one.end);
      if (atOnce && early) overlapping += 1;
    }
    assert.ok(overlapping > 0, "all three run at one moment, and the catalog waits for no other");
  });
});

function isOver(call: Call): call is Call & { endedAt: number } {
  return call.endedAt !== null;
}
