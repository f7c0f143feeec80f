import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { fails, hangs } from "@triptych/testing";
import type { Answer } from "@triptych/testing";
import type { AppUnderTest } from "./app-under-test.ts";
import { FAILURES, HANGS, OVERLOADED } from "./failures.ts";
import type { Failure, Outcome } from "./failures.ts";
import { pathsOf } from "./visits.ts";
import type { ParameterValues, TestedScreen } from "./visits.ts";

const SERVICES = ["users", "orders", "recommendations", "catalog"] as const;
type Service = (typeof SERVICES)[number];

/** An app whose screens are tested: a new screen in the list joins by itself. */
export type DegradableApp = {
  readonly prefix: string;
  readonly screens: readonly TestedScreen[];
  readonly openApp: () => Promise<AppUnderTest & { readonly close: () => Promise<void> }>;
  /** Who looks at the screens: a user of the fixtures with an order. */
  readonly user: string;
  readonly values?: ParameterValues;
  /** What a page says in the place of a section that is missing. */
  readonly pageSays?: RegExp;
};

/** A service that a screen asks, and what the screen lacks when it fails. */
export type Dependency = {
  readonly service: Service;
  /** Where the screen asks the service for two things: the path of this one. */
  readonly at: string | undefined;
  readonly section: string;
  /** Whether there is no screen without it. */
  readonly isRequired: boolean;
  /** Whether the section is shown all the same, without a part. */
  readonly isPart: boolean;
  /** What the JSON holds in the section's place; undefined where there is no screen. */
  readonly instead: unknown;
  /** Calls of the same request that are well when this one never ends. */
  readonly otherCalls: number;
};

const LINES = "application/x-ndjson";
const NOT_THERE = "is not there";
/**
 * A request that waits longer than its deadline never ends: its test fails then, and does not hang.
 */
const LATE = { timeout: 60_000 };

/**
 * What a screen answers while a service answers 403, by service and path: asked of a running app.
 */
export async function dependenciesOf(
  { prefix, user, values }: DegradableApp,
  screen: TestedScreen,
  { ask, services }: AppUnderTest,
): Promise<readonly Dependency[]> {
  const [path] = pathsOf(prefix, screen, user, values);
  assert.ok(path, `${user} cannot see ${screen.name}: its parameters have no value`);
  const all = () =>
    SERVICES.flatMap((service) => services[service].received.map((call) => ({ service, call })));
  const reset = () => SERVICES.forEach((service) => services[service].reset());
  reset();
  const whole = await ask(path, { user });
  assert.deepEqual([whole.status, JSON.parse(whole.text).degraded], [200, []], `${path}: ${whole.text}`);
  const asked = new Map(
    all().map(({ service, call }) => [`${service} ${call.path}`, { service, at: call.path }]),
  );
  const found: Dependency[] = [];
  for (const { service, at } of asked.values()) {
    reset();
    services[service].behave(fails(403), { at });
    // In lines, all sections run to their end, also beside a required one that fails.
    await ask(path, { user, headers: { accept: LINES } });
    const otherCalls = all().filter(({ call }) => call.path !== at).length;
    const { status, text } = await ask(path, { user });
    const json: unknown = JSON.parse(text);
    const isRequired = status !== 200;
    const { section, degraded } = Object(json);
    const name = String(isRequired ? section : degraded[0]?.section);
    const paths = [...asked.values()].filter((one) => one.service === service);
    found.push({
      service,
      at: paths.length > 1 ? at : undefined,
      section: name,
      isRequired,
      isPart: !isRequired && !isDeepStrictEqual(screen.sections[name]?.fallback, Object(json)[name]),
      instead: isRequired ? undefined : Object(json)[name],
      otherCalls,
    });
  }
  reset();
  return found;
}

/**
 * Tests of every screen: what it answers, in each of its forms, while a service that it asks fails.
 */
export function testDegradation(app: DegradableApp): void {
  for (const screen of app.screens) {
    test(`${screen.name} without a service that it asks`, LATE, async (t) => {
      await using shared = await open(app, screen);
      const dependencies = await dependenciesOf(app, screen, shared.app);
      for (const dependency of dependencies) {
        for (const failure of FAILURES.filter((one) => canStrike(dependency, one))) {
          await t.test(nameOf(dependency, failure.name), LATE, async () => {
            await using own = failure.name === NOT_THERE ? await open(app, screen) : undefined;
            await (own ?? shared).check(dependency, failure);
          });
        }
        if (dependency.at !== undefined) continue;
        await t.test(nameOf(dependency, "has no room for another call"), LATE, async () => {
          await using own = await open(app, screen);
          await own.checkCrowded(dependency);
        });
        await t.test(nameOf(dependency, "has failed so often that it is not asked"), LATE, async () => {
          await using own = await open(app, screen);
          await own.checkOpenBreaker(dependency);
        });
      }
      const needed = dependencies.find(({ isRequired }) => isRequired);
      for (const failure of needed === undefined ? [] : FAILURES) {
        await t.test(`there is one problem when every service ${failure.name}`, LATE, async () => {
          await using own = failure.name === NOT_THERE ? await open(app, screen) : undefined;
          await (own ?? shared).checkAllFail(needed?.service ?? "users", failure);
        });
      }
    });
  }
}

/** A service that is not there is so for all that is asked of it. */
function canStrike({ at }: Dependency, failure: Failure): boolean {
  return at === undefined || failure.name !== NOT_THERE;
}

function nameOf({ service, at, section, isRequired, isPart }: Dependency, failure: string): string {
  const what = at === undefined ? service : `${service} at ${at}`;
  const cost = isRequired ? "there is no screen" : `${section} ${isPart ? "lacks a part" : "is missing"}`;
  return `${cost} when ${what} ${failure}`;
}

/** An app in front of which a screen is asked for. */
async function open(about: DegradableApp, screen: TestedScreen) {
  // First, because it may throw: nobody would close the app then.
  const [path = ""] = pathsOf(about.prefix, screen, about.user, about.values);
  const app = await about.openApp();
  const { services, clock, endedCalls } = app;
  const forms = ["application/json", LINES, ...(screen.page === undefined ? [] : ["text/html"])];
  const ask = (accept: string) => app.ask(path, { user: about.user, headers: { accept } });
  /** Somebody else looks at the same screen, with an order of their own. */
  const visit = (index: number) => {
    const user = `visitor_${index}`;
    return app.ask(pathsOf(about.prefix, screen, user, about.values)[0] ?? "", { user });
  };

  async function checkForms(dependency: Dependency, outcome: Outcome, asking = ask): Promise<void> {
    for (const accept of forms) {
      const answer = await asking(accept);
      if (accept === LINES) checkLines(answer, dependency, outcome);
      else if (accept === "text/html") checkPage(answer, dependency, outcome, about.pageSays);
      else checkJson(answer, dependency, outcome);
    }
    assert.deepEqual(app.bugs, []);
  }

  /** Lets the section's deadline pass when nothing is under way but what hangs. */
  async function askOverDeadline(
    { service, section, otherCalls }: Dependency,
    accept: string,
  ): Promise<Answer> {
    const ended = endedCalls.count;
    const hung = services[service].received.length;
    const answer = ask(accept);
    await services[service].hasReceived(hung + 1);
    await endedCalls.reach(ended + otherCalls);
    await clock.advanceInTurns(screen.sections[section]?.deadlineMs ?? screen.budget.deadlineMs);
    return answer;
  }

  return {
    app,
    [Symbol.asyncDispose]: () => app.close(),
    check: async (dependency: Dependency, failure: Failure) => {
      const { service, at } = dependency;
      await failure.strike(services[service], at);
      const late = (accept: string) => askOverDeadline(dependency, accept);
      await checkForms(dependency, failure.outcome, failure === HANGS ? late : ask);
      services[service].reset();
    },
    checkAllFail: async (needed: Service, failure: Failure) => {
      await Promise.all(SERVICES.map(async (service) => failure.strike(services[service])));
      const asked = services[needed].received.length;
      const answer = ask("application/json");
      if (failure === HANGS) {
        await services[needed].hasReceived(asked + 1);
        await clock.advanceInTurns(screen.budget.deadlineMs);
      }
      const { status, text } = await answer;
      assert.equal(status, failure.outcome.status);
      assert.partialDeepStrictEqual(JSON.parse(text), { type: `/problems/${failure.outcome.code}` });
      assert.deepEqual(app.bugs, []);
      for (const service of SERVICES) services[service].reset();
    },
    checkCrowded: async (dependency: Dependency) => {
      const service = services[dependency.service];
      // As many as may be under way. Each is another user's, or one call would do for all.
      service.behave(hangs, { times: 64 });
      for (let index = 0; index < 64; index += 1) visit(index).catch(() => {});
      await service.hasReceived(64);
      await checkForms(dependency, OVERLOADED);
    },
    checkOpenBreaker: async (dependency: Dependency) => {
      const service = services[dependency.service];
      service.behave(fails(500));
      for (let index = 0; index < 20; index += 1) await visit(index);
      const before = service.received.length;
      const outcome: Outcome = { reason: "unavailable", code: "upstream-unavailable", status: 503 };
      await checkForms(dependency, outcome);
      assert.equal(service.received.length, before);
    },
  };
}

/** What the gateway is told. */
function outcomeWith({ isRequired }: Dependency): string {
  return isRequired ? "failed" : "degraded";
}

function checkJson(answer: Answer, dependency: Dependency, outcome: Outcome): void {
  const { section, service, isRequired, instead } = dependency;
  const json: unknown = JSON.parse(answer.text);
  assert.equal(answer.headers["screen-outcome"], outcomeWith(dependency));
  if (isRequired) {
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
  assert.deepEqual(Object(json)[section], instead);
  assert.deepEqual(Object(json).degraded, [{ section, reason: outcome.reason }]);
}

function checkLines({ status, text, trailers }: Answer, dependency: Dependency, outcome: Outcome): void {
  const { section, service, isRequired, instead } = dependency;
  assert.equal(status, 200);
  assert.equal(trailers["screen-outcome"], outcomeWith(dependency));
  const lines = text.trimEnd().split("\n");
  const json: unknown = Object.assign({}, ...lines.map((line): unknown => JSON.parse(line)));
  if (isRequired) {
    const problem = { type: `/problems/${outcome.code}`, section, upstream: service };
    assert.partialDeepStrictEqual(json, { problem, degraded: [{ section, reason: outcome.reason }] });
    return;
  }
  assert.deepEqual(Object(json)[section], instead);
  assert.deepEqual(Object(json).degraded, [{ section, reason: outcome.reason }]);
}

function checkPage(
  { status, text, trailers }: Answer,
  dependency: Dependency,
  { code }: Outcome,
  says = /./,
): void {
  const { section, isRequired, isPart } = dependency;
  assert.equal(status, 200);
  assert.equal(trailers["screen-outcome"], outcomeWith(dependency));
  if (!isPart) assert.match(text, says);
  assert.match(text, /<\/html>\s*$/);
  assert.equal(trailers["screen-problem"], isRequired ? `${code}; section=${section}` : undefined);
  const comment = `<!--screen-problem section="${section}" code="${code}"-->`;
  assert.equal(text.includes(comment), isRequired);
}
