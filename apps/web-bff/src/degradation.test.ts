import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, dependenciesOf, fails, resets, testDegradation } from "@triptych/domain-clients/testing";
import type { AppUnderTest, DegradableApp } from "@triptych/domain-clients/testing";
import type { Answer, Behaviour } from "@triptych/testing";
import { bff } from "./app.ts";
import { openApp, startApp } from "./testing/start-app.ts";

const HOME = "/web/home-page";
const ORDER = "/web/orders/ord_yen";
const PRODUCT = "/web/products/knife";
const PAGE = { accept: "text/html" };

const APP: DegradableApp = {
  prefix: bff.prefix,
  screens: bff.answers.screens ?? [],
  openApp,
  user: "hanako",
  pageSays: /We can’t (?:show|find) /,
};

testDegradation(APP);

/**
 * What each screen lacks without a service; null: there is no screen. A new screen may be added.
 */
const COSTS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  "home-page": {
    users: null,
    orders: "recentOrders",
    recommendations: "recommendations",
    catalog: "recommendations",
  },
  "order-page": { orders: null, users: "order", catalog: "products" },
  "product-page": {
    "catalog /products/knife": null,
    recommendations: "alsoBought",
    "catalog /products": "alsoBought",
  },
};

for (const screen of APP.screens.filter(({ name }) => name in COSTS)) {
  test(`${screen.name} needs the services that it cannot be shown without, and no more`, async (t) => {
    const dependencies = await dependenciesOf(APP, screen, await startApp(t));
    const costs = dependencies.map(({ service, at, section, isRequired, instead }) => {
      const fallback = section === "products" ? null : [];
      if (section !== "order" && !isRequired) assert.deepEqual(instead, fallback, section);
      return [at === undefined ? service : `${service} ${at}`, isRequired ? null : section];
    });
    assert.deepEqual(Object.fromEntries(costs), COSTS[screen.name]);
  });
}

/** Somebody else looks at the same screen, with an order of their own. */
function visit({ ask }: AppUnderTest, path: string, index: number): Promise<Answer> {
  const user = `visitor_${index}`;
  return ask(path.replace("ord_yen", `ord_${user}`), { user });
}

for (const [what, behaviour] of [
  ["500s", fails(500)],
  ["broken connections", resets],
  ["answers that break the contract", answers("text")],
] as const) {
  test(`${what} for one user leave the pages of all others whole`, async (t) => {
    const app = await startApp(t);
    app.services.users.behave((ordinary, call) =>
      call.headers["x-user-id"] === "visitor_666" ? behaviour(ordinary, call) : ordinary,
    );
    for (let asked = 0; asked < 30; asked += 1) {
      const { status } = await visit(app, HOME, 666);
      assert.ok(status >= 500);
    }
    for (let index = 0; index < 30; index += 1) {
      const { status, text } = await visit(app, HOME, index);
      assert.equal(status, 200);
      assert.match(text, /"degraded":\[\]\}$/);
    }
  });
}

test("an operation whose answers break the contract does not take the service's others with it", async (t) => {
  const app = await startApp(t);
  app.services.orders.behave(answers("text"), { at: "/orders" });
  for (let index = 0; index < 30; index += 1) await visit(app, HOME, index);
  const asked = app.services.orders.received.length;
  assert.ok(asked < 30, "the broken operation is not asked any more");
  for (let index = 0; index < 30; index += 1) assert.equal((await visit(app, ORDER, index)).status, 200);
});

test("the home page is shown without everything but the profile", async (t) => {
  const { ask, services } = await startApp(t);
  services.orders.behave(fails(500));
  services.recommendations.behave(fails(403));
  const { status, text } = await ask(HOME);
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(JSON.parse(text), {
    profile: { name: "Ada L." },
    degraded: [
      { section: "recentOrders", reason: "unavailable" },
      { section: "recommendations", reason: "rejected" },
    ],
  });
  const page = await ask(HOME, { headers: PAGE });
  assert.match(page.text, /Hello, <bdi>Ada L\.<\/bdi>/);
  assert.match(page.text, /We can’t show your orders right now/);
  assert.match(page.text, /We can’t show recommendations right now/);
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
    for (const section of ["recentOrders", "recommendations"]) {
      assert.ok(whole[section].length > 1, section);
      assert.deepEqual(home[section], whole[section].slice(1), section);
    }
    const degraded = ["recentOrders", "recommendations"].map((section) => ({ section, reason: "invalid" }));
    assert.deepEqual(home.degraded, degraded);
    for (const path of [ORDER, PRODUCT]) {
      const { status, text } = await ask(path, { user: "hanako" });
      assert.equal(status, 502);
      assert.equal(JSON.parse(text).type, "/problems/upstream-invalid");
    }
    assert.deepEqual(bugs, []);
  });
}

test("an order whose quantities cannot be added up is left out of the list", async (t) => {
  const { ask, services, bugs } = await startApp(t);
  const whole = JSON.parse((await ask(HOME)).text);
  services.orders.behave(firstOf("quantity", "9007199254740991"));
  const home = JSON.parse((await ask(HOME)).text);
  assert.deepEqual(home.recentOrders, whole.recentOrders.slice(1));
  assert.deepEqual(home.degraded, [{ section: "recentOrders", reason: "invalid" }]);
  assert.deepEqual(bugs, []);
});
