// sample:file: npm run new:bff leaves it out
import assert from "node:assert/strict";
import { test } from "node:test";
import { dependenciesOf, fails, hangs, testDegradation } from "@triptych/domain-clients/testing";
import type { DegradableApp } from "@triptych/domain-clients/testing";
import type { Behaviour } from "@triptych/testing";
import { bff } from "./app.ts";
import { openApp, startApp } from "./testing/start-app.ts";

const HOME = "/mobile/home";
const ORDER = "/mobile/orders/ord_yen";
const PRODUCT = "/mobile/products/knife";

const APP: DegradableApp = {
  prefix: bff.prefix,
  screens: bff.answers.screens ?? [],
  openApp,
  user: "hanako",
};

testDegradation(APP);

/**
 * What each screen lacks without a service; null: there is no screen. A new screen may be added.
 */
const COSTS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  home: { users: null, orders: "orders", recommendations: "picks", catalog: "picks" },
  order: { orders: null, users: "order" },
  product: { catalog: null, users: "product" },
};

for (const screen of APP.screens.filter(({ name }) => name in COSTS)) {
  test(`${screen.name} needs the services that it cannot be shown without, and no more`, async (t) => {
    const dependencies = await dependenciesOf(APP, screen, await startApp(t));
    const costs = dependencies.map(({ service, section, isRequired, instead }) => {
      if (screen.name === "home" && !isRequired) assert.deepEqual(instead, []);
      return [service, isRequired ? null : section];
    });
    assert.deepEqual(Object.fromEntries(costs), COSTS[screen.name]);
  });
}

for (const [path, shown] of [
  [ORDER, { order: { placed: "12 Nov 2026", total: "JP¥1,320" } }],
  [PRODUCT, { product: { price: "JP¥1,200" } }],
] as const) {
  test(`${path} waits 300 ms for the user, and is then shown in British English`, async (t) => {
    const { ask, services, clock, endedCalls } = await startApp(t);
    services.users.behave(hangs);
    const answer = ask(path, { user: "hanako" });
    await services.users.hasReceived(1);
    await endedCalls.reach(1);
    clock.advance(300);
    const { status, text } = await answer;
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(JSON.parse(text), shown);
    assert.equal(Object(JSON.parse(text)).degraded[0]?.reason, "timeout");
  });
}

test("the home screen is shown without everything but the profile", async (t) => {
  const { ask, services } = await startApp(t);
  services.orders.behave(fails(500));
  services.recommendations.behave(fails(403));
  services.catalog.behave(fails(500));
  const { status, text } = await ask(HOME);
  assert.equal(status, 200);
  const { profile, ...rest } = JSON.parse(text);
  assert.equal(profile.name, "Ada");
  assert.deepEqual(rest, {
    orders: [],
    picks: [],
    degraded: [
      { section: "orders", reason: "unavailable" },
      { section: "picks", reason: "rejected" },
    ],
  });
});

test("picks do not wait for a slow users service longer than for themselves", async (t) => {
  const { ask, services, clock, endedCalls } = await startApp(t);
  services.users.behave(hangs);
  const lines = ask(HOME, { headers: { accept: "application/x-ndjson" } });
  await services.users.hasReceived(1);
  await endedCalls.reach(3);
  clock.advance(300);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(500);
  const { text } = await lines;
  const picks = text.split("\n").find((line) => line.startsWith('{"picks"'));
  assert.match(picks ?? "", /"price":"€9\.99"/);
  assert.match(text, /"type":"\/problems\/upstream-timeout"/);
});

/** The first member of an answer with this name becomes this number. */
const firstOf =
  (member: string, number: string): Behaviour =>
  (ordinary) => {
    assert.ok("body" in ordinary);
    return {
      ...ordinary,
      headers: { "content-type": "application/json" },
      body: String(ordinary.body).replace(new RegExp(`"${member}":\\d+`), `"${member}":${number}`),
    };
  };
const firstAmount = (number: string): Behaviour => firstOf("amount", number);

for (const number of ["1e400", "1.5", "9007199254740993", "-9007199254740993"]) {
  test(`an amount of ${number} is never shown: what holds it is left out of a list, or is missing`, async (t) => {
    const { ask, services, bugs } = await startApp(t);
    const whole = JSON.parse((await ask(HOME)).text);
    for (const service of [services.orders, services.catalog]) service.behave(firstAmount(number));
    const home = JSON.parse((await ask(HOME)).text);
    assert.ok(whole.orders.length > 1);
    assert.deepEqual(home.orders, whole.orders.slice(1));
    assert.equal(
      home.picks.some(({ id }: { id: string }) => id === whole.picks[0].id),
      false,
    );
    const degraded = ["orders", "picks"].map((section) => ({ section, reason: "invalid" }));
    assert.deepEqual(home.degraded, degraded);
    for (const path of [ORDER, PRODUCT]) {
      const { status, text } = await ask(path, { user: "hanako" });
      assert.equal(status, 502);
      assert.equal(JSON.parse(text).type, "/problems/upstream-invalid");
    }
    assert.deepEqual(bugs, []);
  });
}

test("an amount of minus nothing is nothing", async (t) => {
  const { ask, services } = await startApp(t);
  services.catalog.behave(firstAmount("-0"));
  const { text } = await ask(PRODUCT, { user: "hanako" });
  assert.match(JSON.parse(text).product.price, /^\D+0$/);
  assert.doesNotMatch(JSON.parse(text).product.price, /[-−]/);
});

test("an order whose quantities cannot be added up is left out of the list", async (t) => {
  const { ask, services, bugs } = await startApp(t);
  const whole = JSON.parse((await ask(HOME)).text);
  services.orders.behave(firstOf("quantity", "9007199254740991"));
  const home = JSON.parse((await ask(HOME)).text);
  assert.deepEqual(home.orders, whole.orders.slice(1));
  assert.deepEqual(home.degraded, [{ section: "orders", reason: "invalid" }]);
  assert.deepEqual(bugs, []);
});
