import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FakeClock, seededRandom } from "@triptych/testing";
import { failed } from "./call.ts";
import type { Outcome, Send } from "./call.ts";
import { CacheStore } from "./cache/store.ts";
import { Addresses } from "./wire/addresses.ts";
import { wrap, wrappersOf } from "./stack.ts";
import { Telemetry } from "./events.ts";
import { ScriptedSend, makeCall, makeRequest } from "./testing/index.ts";
import type { TestRequest } from "./testing/index.ts";

/** So small that a few dozen calls can exhaust it. */
const BUDGET = { perCall: 0.1, perSecond: 0.1 };

const BULKHEAD = { maxInFlight: 4, maxQueued: 3, maxWaitMs: 25 };

/**
 * What can happen next: a client asks, the upstream does something with one of its calls, a client
 * leaves, time passes.
 */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("ask" as const),
      user: fc.integer({ min: 1, max: 2 }),
      thing: fc.integer({ min: 1, max: 2 }),
      operation: fc.constantFrom(
        { name: "get", hedge: true },
        { name: "getShared", cache: "shared", hedge: true } as const,
        { name: "getMine", cache: "perUser" } as const,
        { name: "post", method: "POST" } as const,
        { name: "postOnce", method: "POST", idempotent: true } as const,
      ),
      deadlineMs: fc.integer({ min: 1, max: 900 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("upstream" as const),
      which: fc.nat(3),
      does: fc.constantFrom(
        "ok",
        "304",
        "500",
        "503",
        "503-wait",
        "404",
        "reset",
        "stale-socket",
        "invalid",
        "no-store",
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), which: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 400 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1_000, max: 20_000 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

type Asked = {
  readonly request: TestRequest;
  readonly deadlineAt: number;
  readonly user: number;
  readonly path: string;
  outcomes: Outcome[];
  endedAt: number | undefined;
};

/** The whole stack above a scripted network, and what is known of it from outside. */
class Simulation {
  readonly clock = new FakeClock();
  readonly network = new ScriptedSend();
  readonly asked: Asked[] = [];
  mostInFlight = 0;
  reconnects = 0;
  extras = 0;
  inBackground = 0;
  readonly #send: Send;

  constructor(seed: number) {
    const { clock } = this;
    const telemetry = new Telemetry({
      retry: ({ decision }) => {
        if (decision === "retry") this.extras += 1;
        if (decision === "reused-socket") this.reconnects += 1;
      },
      hedge: ({ decision }) => {
        if (decision === "started") this.extras += 1;
      },
      cacheVerdict: ({ verdict }) => {
        if (verdict === "stale-while-revalidate") this.inBackground += 1;
      },
    });
    const parts = {
      upstream: "things",
      clock,
      random: seededRandom(seed),
      telemetry,
      addresses: new Addresses([], { upstream: "things", clock, telemetry }),
      store: new CacheStore({}, { upstream: "things", clock }),
      open: () => undefined,
    };
    const network: Send = (call, done) => {
      this.network.send(call, done);
      this.mostInFlight = Math.max(this.mostInFlight, this.network.inFlight);
    };
    this.#send = wrap(
      wrappersOf({ name: "things", bulkhead: BULKHEAD, retryBudget: BUDGET }, parts),
      network,
    );
  }

  async take(next: Step): Promise<void> {
    switch (next.kind) {
      case "ask":
        this.#ask(next);
        break;
      case "upstream":
        this.#answer(next.which, next.does);
        break;
      case "leave":
        this.asked[next.which % Math.max(1, this.asked.length)]?.request.deadline.end("abandoned");
        break;
      case "wait":
        await this.clock.advanceInTurns(next.ms);
    }
    await this.clock.advanceInTurns(0);
  }

  #ask({ user, thing, operation, deadlineMs }: Extract<Step, { kind: "ask" }>): void {
    const request = makeRequest(this.clock, { userId: String(user) }, deadlineMs);
    const path = `/things/${thing}`;
    const call = makeCall(this.clock, {
      request,
      operation: { ...operation, path },
      idempotencyKey: `key-${this.asked.length}-${user}`,
    });
    const asked: Asked = {
      request,
      deadlineAt: this.clock.now() + deadlineMs,
      user,
      path: `${path} ${"cache" in operation && operation.cache === "shared" ? "" : user}`,
      outcomes: [],
      endedAt: undefined,
    };
    this.asked.push(asked);
    this.#send(call, (outcome) => {
      asked.outcomes.push(outcome);
      asked.endedAt = this.clock.now();
      request.deadline.dispose();
    });
  }

  #answer(which: number, does: Extract<Step, { kind: "upstream" }>["does"]): void {
    const open = this.network.calls.filter(({ settled }) => !settled);
    const pending = open[which % Math.max(1, open.length)];
    if (pending === undefined) return;
    const { operation, validators, target, scope } = pending.call;
    const shared = operation.cache === "shared";
    // The answer says for whom it is, so that one that reaches another user is seen.
    const value = `${target} ${shared ? "" : scope.request.caller.userId}`;
    const headers = {
      "cache-control": does === "no-store" ? does : "max-age=2, stale-while-revalidate=3, stale-if-error=10",
      etag: '"1"',
    };
    const body = Buffer.from("1");
    if (does === "ok" || does === "no-store" || (does === "304" && validators === undefined)) {
      pending.succeed(value, operation.cache && { status: 200, headers, body });
    } else if (does === "304") {
      pending.succeed(undefined, { status: 304, headers, body: Buffer.alloc(0) });
    } else if (does === "stale-socket") {
      pending.fail({}, true);
    } else {
      pending.settle(failed(pending.call, FAULTS[does]));
    }
  }
}

const FAULTS = {
  "500": { kind: "unavailable", phase: "headers", status: 500, reason: "500" },
  "503": { kind: "unavailable", phase: "headers", status: 503, reason: "503" },
  "503-wait": { kind: "unavailable", phase: "headers", status: 503, reason: "503", retryAfterMs: 200 },
  "404": { kind: "rejected", phase: "headers", status: 404, reason: "404" },
  reset: { kind: "unavailable", phase: "headers", reason: "reset" },
  invalid: { kind: "invalid", phase: "body", status: 200, reason: "invalid" },
} as const;

test("the invariants of the stack hold for random calls, faults and times", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 120, size: "max" }),
      fc.integer(),
      async (steps, seed) => {
        const simulation = new Simulation(seed);
        const startedAt = simulation.clock.now();
        for (const next of steps) await simulation.take(next);
        const steppedUntil = simulation.clock.now();
        await simulation.clock.advanceInTurns(30_000);
        const { asked, network } = simulation;

        for (const { outcomes, endedAt, deadlineAt } of asked) {
          assert.equal(outcomes.length, 1, "each call has exactly one outcome");
          assert.ok((endedAt ?? Number.POSITIVE_INFINITY) <= deadlineAt, "no call ends after its deadline");
        }
        for (const { outcomes, path } of asked) {
          const [outcome] = outcomes;
          if (outcome?.ok === true) assert.equal(outcome.value, path, "no user gets another's answer");
        }
        assert.ok(simulation.mostInFlight <= BULKHEAD.maxInFlight, "the bulkhead holds");
        assert.equal(network.inFlight, 0, "nothing is left running");
        const seconds = Math.ceil((steppedUntil - startedAt) / 1_000);
        const calls = asked.length + simulation.inBackground;
        const budget = 10 * BUDGET.perSecond + seconds * BUDGET.perSecond + calls * BUDGET.perCall;
        assert.ok(simulation.extras <= budget, "retries and hedges stay within the budget");
        const { extras, reconnects } = simulation;
        assert.ok(
          network.calls.length <= calls + extras + reconnects,
          "no attempt is made that nothing accounts for",
        );
        for (const [, sent] of Map.groupBy(
          network.calls.filter(
            ({ call }) => call.operation.name === "post" || call.operation.name === "postOnce",
          ),
          ({ call }) => call.idempotencyKey,
        )) {
          const [first] = sent;
          const most = first?.call.operation.idempotent === true ? 2 : 1;
          assert.ok(sent.length <= most, "a POST is sent once, or twice under its key when it is declared");
        }
      },
    ),
    { numRuns: 250 },
  );
});
