import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { assertAnswered, startServicesForAnyone, startWebBff } from "./testing/web-bff.ts";
import type { Page } from "./testing/web-bff.ts";
import { BUSY_MS, byClients, measureLateness } from "./testing/load.ts";
import { FaultProxy } from "./testing/fault-proxy.ts";

/** A few clients: the pages of more would wait for each other on a slow machine. */
const LOAD = { clients: 4, perSecond: 100 } as const;

const listsRecommendations = ({ degraded }: Page["body"]): boolean =>
  degraded.some(({ section }) => section === "recommendations");

test("an optional upstream that refuses for 12 s at up to 100 requests/s fails no page, and its breaker opens", async () => {
  await using services = await startServicesForAnyone();
  await using proxy = await FaultProxy.open(services.recommendations.port);
  await using bff = await startWebBff({
    users: services.users.origin,
    orders: services.stubs.orders.origin,
    recommendations: proxy.origin,
    catalog: services.stubs.catalog.origin,
  });
  // Each page is for another user, so that no calls coalesce.
  const page = (index: number) => bff.page("/web/home-page", `user-${index}`);
  // A process that has just started is slow anyway.
  for (let index = 0; index < 30; index += 1) await page(index);
  // With so much healthy traffic before, half of the breaker's window would take 3 s to fail.
  const healthy = await byClients({ ...LOAD, seconds: 3 }, page);
  assert.ok(healthy.some(({ body }) => !listsRecommendations(body)));

  await proxy.become({ kind: "refuse" });
  const before = await bff.attempts("recommendations");
  const lateness = measureLateness();
  const outage = byClients({ ...LOAD, seconds: 12 }, page);
  await wait(2_000);
  const whenOpen = await bff.attempts("recommendations");
  const pages = await outage;
  // None, unless the machine itself delays the required profile for 800 ms.
  const busy = lateness() > BUSY_MS;
  const answered = pages.filter(({ status }) => status === 200);
  assertAnswered(pages, busy);
  for (const { body } of answered) assert.ok(listsRecommendations(body), JSON.stringify(body.degraded));
  const after = await bff.attempts("recommendations");
  assert.ok(whenOpen > before, "it was tried");
  // After the first two seconds, only probes may try: at most three every 4 to 6 s, and the first
  // failure ends them.
  assert.ok(after - whenOpen <= 9, `${after - whenOpen} attempts while the breaker should have been open`);

  await proxy.become({ kind: "none" });
  const received = services.recommendations.received.length;
  let shareFull = 0;
  // On a busy machine a probe may miss its section's deadline, and the breaker stays open longer.
  for (let rounds = busy ? 3 : 1; rounds > 0 && shareFull < 0.9; rounds -= 1) {
    // Few pages are enough for the probes.
    assertAnswered(await byClients({ ...LOAD, perSecond: 10, seconds: 6.9 }, page), busy);
    const late = await byClients({ ...LOAD, seconds: 0.6 }, page);
    assertAnswered(late, busy);
    shareFull = late.filter(({ body }) => !listsRecommendations(body)).length / late.length;
  }
  // Not all of them: on a busy machine a section may miss its deadline.
  assert.ok(shareFull >= 0.9, `${shareFull * 100}% of the pages have all content`);
  assert.ok(services.recommendations.received.length > received, "the upstream is asked again");
});
