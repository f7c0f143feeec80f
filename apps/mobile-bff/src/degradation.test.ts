// sample:file: npm run new:bff leaves it out
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAILURES, HANGS, OVERLOADED, fails, hangs } from "@triptych/domain-clients/testing";
import type { Outcome, StubServices } from "@triptych/domain-clients/testing";
import { startApp } from "./testing/start-app.ts";
import type { AppUnderTest } from "@triptych/domain-clients/testing";
import type { Answer, Behaviour } from "@triptych/testing";

type ServiceName = Exclude<keyof StubServices, "received" | "close">;

/** A service that a screen asks, and what its failure costs. */
type Dependency = {
  readonly path: string;
  readonly service: ServiceName;
  readonly section: string;
  /** The section without which there is no screen, or what is missing from it. */
  readonly kind: "required" | "empty" | "shown in British English";
  /** How long it is waited for, milliseconds. */
  readonly deadlineMs: number;
  /** Calls of the same request that are well, when this one hangs. */
  readonly otherCalls: number;
};

/** An answer that is waited for longer than its deadline would never come: the test is to fail then, not to hang. */
const LATE = { timeout: 30_000 };

const HOME = "/mobile/home";
const ORDER = "/mobile/orders/ord_yen";
const PRODUCT = "/mobile/products/knife";

const DEPENDENCIES: readonly Dependency[] = [
  { path: HOME, service: "users", section: "profile", kind: "required", deadlineMs: 800, otherCalls: 3 },
  { path: HOME, service: "orders", section: "orders", kind: "empty", deadlineMs: 800, otherCalls: 3 },
  { path: HOME, service: "recommendations", section: "picks", kind: "empty", deadlineMs: 400, otherCalls: 2 },
  { path: HOME, service: "catalog", section: "picks", kind: "empty", deadlineMs: 400, otherCalls: 3 },
  { path: ORDER, service: "orders", section: "order", kind: "required", deadlineMs: 800, otherCalls: 1 },
  {
    path: ORDER,
    service: "users",
    section: "order",
    kind: "shown in British English",
    deadlineMs: 300,
    otherCalls: 1,
  },
  { path: PRODUCT, service: "catalog", section: "product", kind: "required", deadlineMs: 800, otherCalls: 1 },
  {
    path: PRODUCT,
    service: "users",
    section: "product",
    kind: "shown in British English",
    deadlineMs: 300,
    otherCalls: 1,
  },
];

const IN_BRITISH_ENGLISH: Readonly<Record<string, object>> = {
  [ORDER]: { order: { placed: "12 Nov 2026", total: "JP¥1,320" } },
  [PRODUCT]: { product: { price: "JP¥1,200" } },
};

function check(answer: Answer, { path, service, section, kind }: Dependency, outcome: Outcome): void {
  const json: unknown = JSON.parse(answer.text);
  if (kind === "required") {
    const { code, status } = outcome;
    assert.equal(answer.status, status);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.partialDeepStrictEqual(json, { type: `/problems/${code}`, status, section, upstream: service });
    assert.equal("retry-after" in answer.headers, status === 503);
    return;
  }
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["cache-control"], "private, no-store");
  assert.equal(answer.headers["etag"], undefined);
  assert.partialDeepStrictEqual(json, kind === "empty" ? { [section]: [] } : IN_BRITISH_ENGLISH[path]);
  assert.deepEqual(Object(json).degraded, [{ section, reason: outcome.reason }]);
}

/** Somebody else looks at the same screen, with an order of their own. */
function visit(ask: AppUnderTest["ask"], path: string, index: number): Promise<Answer> {
  const user = `visitor_${index}`;
  return ask(path.replace("ord_yen", `ord_${user}`), { user });
}

for (const dependency of DEPENDENCIES) {
  const { path, service, section, kind, deadlineMs, otherCalls } = dependency;
  const cost = kind === "required" ? "there is no screen" : `${section} is ${kind}`;
  for (const failure of FAILURES) {
    test(`${path}: ${cost} when ${service} ${failure.name}`, LATE, async (t) => {
      const { ask, services, clock, endedCalls, bugs } = await startApp(t);
      await failure.strike(services[service]);
      const answer = ask(path, { user: "hanako" });
      if (failure === HANGS) {
        await services[service].hasReceived(1);
        await endedCalls.reach(otherCalls);
        clock.advance(deadlineMs);
      }
      check(await answer, dependency, failure.outcome);
      assert.deepEqual(bugs, []);
    });
  }

  test(`${path}: ${cost} when there is no room for a call of ${service}`, async (t) => {
    const { ask, services } = await startApp(t);
    // As many as may be under way. Each is another user's, or one call would do for all.
    services[service].behave(hangs, { times: 64 });
    const crowd = Array.from({ length: 64 }, (_, index) => visit(ask, path, index));
    for (const answer of crowd) answer.catch(() => {});
    await services[service].hasReceived(64);
    check(await ask(path, { user: "hanako" }), dependency, OVERLOADED);
  });

  test(`${path}: ${cost} when the breaker of ${service} is open, and nothing is asked of it`, async (t) => {
    const { ask, services } = await startApp(t);
    services[service].behave(fails(500));
    for (let index = 0; index < 20; index += 1) await visit(ask, path, index);
    const before = services[service].received.length;
    const answer = await ask(path, { user: "hanako" });
    check(answer, dependency, { reason: "unavailable", code: "upstream-unavailable", status: 503 });
    assert.equal(services[service].received.length, before);
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

for (const path of [HOME, ORDER, PRODUCT]) {
  for (const failure of FAILURES) {
    test(`${path} answers one problem when every service ${failure.name}`, LATE, async (t) => {
      const { ask, services, clock, bugs } = await startApp(t);
      const all = [services.users, services.orders, services.recommendations, services.catalog];
      await Promise.all(all.map((service) => failure.strike(service)));
      const answer = ask(path, { user: "hanako" });
      if (failure === HANGS) {
        const asked =
          path === PRODUCT ? [services.catalog, services.users] : [services.orders, services.users];
        await Promise.all(asked.map((service) => service.hasReceived(1)));
        clock.advance(800);
      }
      const { status, text } = await answer;
      assert.equal(status, failure.outcome.status);
      assert.partialDeepStrictEqual(JSON.parse(text), { type: `/problems/${failure.outcome.code}` });
      assert.deepEqual(bugs, []);
    });
  }
}

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

/** The first amount of an answer becomes this number. */
const firstAmount =
  (number: string): Behaviour =>
  (ordinary) => {
    assert.ok("body" in ordinary);
    return {
      ...ordinary,
      headers: { "content-type": "application/json" },
      body: String(ordinary.body).replace(/"amount":\d+/, `"amount":${number}`),
    };
  };

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
