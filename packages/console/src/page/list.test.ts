import assert from "node:assert/strict";
import { it } from "node:test";

// The pages are scripts without types: they run in a browser as they are.
const { firstToSee, newest, replaced } = await import(new URL("list.js", import.meta.url).href);

it("shows first the newest request with something wrong, else one in trouble or slow", () => {
  const good = { outcome: "complete", trouble: [], durationMs: 20, screen: "home-page" };
  const bad = { ...good, outcome: "degraded" };
  const [slow, retried] = [
    { ...good, durationMs: 400 },
    { ...good, trouble: ["retried"] },
  ];
  assert.equal(firstToSee([good, slow, bad, { ...good, outcome: "failed" }]), bad);
  assert.equal(firstToSee([good, retried, slow]), retried);
  assert.equal(firstToSee([good, slow, retried]), slow);
  assert.equal(firstToSee([good, { ...good }]), good);
});

it("shows what opened a breaker before what the open one refused", () => {
  const refused = { outcome: "degraded", trouble: ["breaker open"], durationMs: 20, screen: "home-page" };
  const cause = { ...refused, trouble: ["retried"] };
  const elsewhere = { ...cause, screen: "orders-page" };
  assert.equal(firstToSee([refused, elsewhere, cause]), cause);
  assert.equal(firstToSee([refused, elsewhere]), refused);
});

it("puts the request of an app in place of the gateway's that came before it", () => {
  const [at, later] = ["2026-01-01T12:00:00.000Z", "2026-01-01T12:00:01.000Z"];
  const gateways = { traceId: "1", key: "front", app: "gateway", at };
  const other = { traceId: "2", key: "other", app: "web-bff", at: later };
  const apps = { ...gateways, key: "page", app: "web-bff" };
  assert.deepEqual(newest(replaced([gateways, other], [apps])), [other, apps]);
  // Two of one trace that came together both stay.
  const second = { ...apps, key: "second", at: later };
  assert.equal(replaced([gateways], [apps, second]).length, 2);
});
