import assert from "node:assert/strict";
import { test } from "node:test";
import { FAILURES, HANGS, OVERLOADED, answers, fails, hangs, resets } from "@triptych/domain-clients/testing";
import type { Failure, Outcome, StubServices } from "@triptych/domain-clients/testing";
import type { Answer, Behaviour } from "@triptych/testing";
import { startApp } from "./testing/start-app.ts";
import type { AppUnderTest } from "@triptych/domain-clients/testing";

type ServiceName = Exclude<keyof StubServices, "received" | "close">;

/** A service that a screen asks, and what its failure costs. */
type Dependency = {
  readonly path: string;
  readonly service: ServiceName;
  /** Where the screen asks the service for two things: the path of this one. */
  readonly at?: string;
  readonly section: string;
  /** What the JSON holds instead; a required section holds nothing, for there is no screen. */
  readonly instead: "nothing" | null | readonly [];
  /** What the page says in the section's place. */
  readonly says: RegExp;
  /** How long it is waited for, milliseconds. */
  readonly deadlineMs: number;
  /** Calls of the same request that are well, when this one hangs. */
  readonly otherCalls: number;
};

/** An answer that is waited for longer than its deadline would never come: the test is to fail then, not to hang. */
const LATE = { timeout: 30_000 };

const HOME = "/web/home-page";
const ORDER = "/web/orders/ord_yen";
const PRODUCT = "/web/products/knife";

const NO_PAGE = /We can’t (?:show this page right now|find that)/;
const NO_RECOMMENDATIONS = /We can’t show recommendations right now/;

const DEPENDENCIES: readonly Dependency[] = [
  {
    path: HOME,
    service: "users",
    section: "profile",
    instead: "nothing",
    says: NO_PAGE,
    deadlineMs: 800,
    otherCalls: 3,
  },
  {
    path: HOME,
    service: "orders",
    section: "recentOrders",
    instead: [],
    says: /We can’t show your orders right now/,
    deadlineMs: 800,
    otherCalls: 3,
  },
  {
    path: HOME,
    service: "recommendations",
    section: "recommendations",
    instead: [],
    says: NO_RECOMMENDATIONS,
    deadlineMs: 400,
    otherCalls: 2,
  },
  {
    path: HOME,
    service: "catalog",
    section: "recommendations",
    instead: [],
    says: NO_RECOMMENDATIONS,
    deadlineMs: 400,
    otherCalls: 3,
  },
  {
    path: ORDER,
    service: "orders",
    section: "order",
    instead: "nothing",
    says: NO_PAGE,
    deadlineMs: 800,
    otherCalls: 0,
  },
  {
    path: ORDER,
    service: "catalog",
    section: "products",
    instead: null,
    says: /We can’t show the products right now/,
    deadlineMs: 800,
    otherCalls: 1,
  },
  {
    path: PRODUCT,
    service: "catalog",
    at: "/products/knife",
    section: "product",
    instead: "nothing",
    says: NO_PAGE,
    deadlineMs: 800,
    otherCalls: 2,
  },
  {
    path: PRODUCT,
    service: "recommendations",
    section: "alsoBought",
    instead: [],
    says: NO_RECOMMENDATIONS,
    deadlineMs: 400,
    otherCalls: 1,
  },
  {
    path: PRODUCT,
    service: "catalog",
    at: "/products",
    section: "alsoBought",
    instead: [],
    says: NO_RECOMMENDATIONS,
    deadlineMs: 400,
    otherCalls: 2,
  },
];

const PAGE = { accept: "text/html" };
const LINES = { accept: "application/x-ndjson" };

/** In all three forms: as JSON, as a page, and line by line. */
async function checkAll(
  ask: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
  dependency: Dependency,
  outcome: Outcome,
): Promise<void> {
  checkJson(await ask({}), dependency, outcome);
  checkPage(await ask(PAGE), dependency, outcome);
  checkLines(await ask(LINES), dependency, outcome);
}

/** What the gateway is told. */
function outcomeWith(instead: Dependency["instead"]): string {
  return instead === "nothing" ? "failed" : "degraded";
}

function checkJson(answer: Answer, { section, service, instead }: Dependency, outcome: Outcome): void {
  assert.equal(answer.headers["screen-outcome"], outcomeWith(instead));
  const json: unknown = JSON.parse(answer.text);
  if (instead === "nothing") {
    const { code, status } = outcome;
    assert.equal(answer.status, status);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.partialDeepStrictEqual(json, { type: `/problems/${code}`, status, section, upstream: service });
    assert.equal("retry-after" in answer.headers, status === 503);
    return;
  }
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["cache-control"], "private, no-store");
  assert.deepEqual(Object(json)[section], instead);
  assert.deepEqual(Object(json).degraded, [{ section, reason: outcome.reason }]);
}

function checkPage(answer: Answer, { section, instead, says }: Dependency, { code }: Outcome): void {
  assert.equal(answer.status, 200);
  assert.match(answer.text, says);
  assert.match(answer.text, /<\/html>\s*$/);
  const problem = instead === "nothing" ? `${code}; section=${section}` : undefined;
  assert.equal(answer.trailers["screen-problem"], problem);
  assert.equal(answer.trailers["screen-outcome"], outcomeWith(instead));
  assert.equal(
    answer.text.includes(`<!--screen-problem section="${section}" code="${code}"-->`),
    problem !== undefined,
  );
}

function checkLines(answer: Answer, { section, service, instead }: Dependency, outcome: Outcome): void {
  assert.equal(answer.status, 200);
  assert.equal(answer.trailers["screen-outcome"], outcomeWith(instead));
  const lines = answer.text.trimEnd().split("\n");
  const json: unknown = Object.assign({}, ...lines.map((line): unknown => JSON.parse(line)));
  if (instead === "nothing") {
    assert.partialDeepStrictEqual(json, {
      problem: { type: `/problems/${outcome.code}`, section, upstream: service },
      degraded: [],
    });
  } else {
    assert.deepEqual(Object(json)[section], instead);
    assert.deepEqual(Object(json).degraded, [{ section, reason: outcome.reason }]);
  }
}

/** Asks, and lets the deadline pass once nothing is under way but what hangs. */
async function askOverDeadline(
  { ask, services, endedCalls, clock }: AppUnderTest,
  { path, service, deadlineMs, otherCalls }: Dependency,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const ended = endedCalls.count;
  const hung = services[service].received.length;
  const answer = ask(path, { user: "hanako", headers });
  await services[service].hasReceived(hung + 1);
  await endedCalls.reach(ended + otherCalls);
  clock.advance(deadlineMs);
  return answer;
}

/** Somebody else looks at the same screen, with an order of their own. */
function visit({ ask }: AppUnderTest, path: string, index: number): Promise<Answer> {
  const user = `visitor_${index}`;
  return ask(path.replace("ord_yen", `ord_${user}`), { user });
}

/** A service that is not there, or too busy, is so for all that is asked of it. */
function canStrike({ at }: Dependency, failure: Failure): boolean {
  return at === undefined || failure.name !== "is not there";
}

for (const dependency of DEPENDENCIES) {
  const { path, service, at, section, instead } = dependency;
  const cost = instead === "nothing" ? "there is no screen" : `${section} is missing`;
  const what = `${service}${at === undefined ? "" : ` at ${at}`}`;
  for (const failure of FAILURES.filter((one) => canStrike(dependency, one))) {
    test(`${path}: ${cost} when ${what} ${failure.name}`, LATE, async (t) => {
      const app = await startApp(t);
      await failure.strike(app.services[service], at);
      const ask =
        failure === HANGS
          ? (headers: Readonly<Record<string, string>>) => askOverDeadline(app, dependency, headers)
          : (headers: Readonly<Record<string, string>>) => app.ask(path, { user: "hanako", headers });
      await checkAll(ask, dependency, failure.outcome);
      assert.deepEqual(app.bugs, []);
    });
  }
  if (at !== undefined) continue;

  test(`${path}: ${cost} when there is no room for a call of ${service}`, async (t) => {
    const app = await startApp(t);
    // As many as may be under way. Each is another user's, or one call would do for all.
    app.services[service].behave(hangs, { times: 64 });
    const crowd = Array.from({ length: 64 }, (_, index) => visit(app, path, index));
    for (const answer of crowd) answer.catch(() => {});
    await app.services[service].hasReceived(64);
    await checkAll((headers) => app.ask(path, { user: "hanako", headers }), dependency, OVERLOADED);
  });

  test(`${path}: ${cost} when the breaker of ${service} is open, and nothing is asked of it`, async (t) => {
    const app = await startApp(t);
    app.services[service].behave(fails(500));
    for (let index = 0; index < 20; index += 1) await visit(app, path, index);
    const before = app.services[service].received.length;
    const outcome: Outcome = { reason: "unavailable", code: "upstream-unavailable", status: 503 };
    await checkAll((headers) => app.ask(path, { user: "hanako", headers }), dependency, outcome);
    assert.equal(app.services[service].received.length, before);
  });
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
  assert.match(page.text, NO_RECOMMENDATIONS);
});

for (const path of [HOME, ORDER, PRODUCT]) {
  for (const failure of FAILURES) {
    test(`${path} answers one problem when every service ${failure.name}`, LATE, async (t) => {
      const { ask, services, clock, bugs } = await startApp(t);
      const all = [services.users, services.orders, services.recommendations, services.catalog];
      await Promise.all(all.map((service) => failure.strike(service)));
      const answer = ask(path, { user: "hanako" });
      if (failure === HANGS) {
        const needed = path === HOME ? services.users : path === ORDER ? services.orders : services.catalog;
        await needed.hasReceived(1);
        clock.advance(800);
      }
      const { status, text } = await answer;
      assert.equal(status, failure.outcome.status);
      assert.partialDeepStrictEqual(JSON.parse(text), { type: `/problems/${failure.outcome.code}` });
      assert.deepEqual(bugs, []);
    });
  }
}

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
