import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FakeClock, response } from "@triptych/testing";
import { CallScope } from "./context.ts";
import { coalesce, oncePerRequest } from "./rules/coalesce.ts";
import { wrap } from "./stack.ts";
import { ScriptedSend, makeCall, makeOperation, makeRequest, testUpstream } from "./testing/index.ts";

const FAILS_INSTEAD_OF_HANGING = { timeout: 30_000 };

test(
  "sections that settle before their calls leave the bulkhead free",
  FAILS_INSTEAD_OF_HANGING,
  async () => {
    const clock = new FakeClock();
    let stuck = true;
    await using things = await testUpstream(
      (socket, request) => {
        if (request.startsWith("GET /fails")) socket.write(response(500, "{}"));
        else if (!stuck) socket.write(response(200, '"answered"'));
      },
      { clock, breaker: false, retry: false },
    );
    for (let section = 0; section < 64; section += 1) {
      const request = makeRequest(clock);
      const scope = new CallScope(request.context, 400);
      const call = (path: string) => things.upstream.call(makeOperation({ path }), scope);
      await assert.rejects(Promise.all([call("/fails"), call(`/hangs/${section}`)]));
      scope.dispose();
      request.deadline.dispose();
    }
    stuck = false;
    // The same user's same GET: it does not join the one that hangs.
    assert.equal(await things.call({ path: "/hangs/0" }), "answered");
    assert.equal(clock.pending, 0);
  },
);

test(
  "a request that is disposed of ends its calls, and makes no more",
  FAILS_INSTEAD_OF_HANGING,
  async () => {
    const clock = new FakeClock();
    await using things = await testUpstream(() => {}, { clock });
    const request = makeRequest(clock);
    const failure = things.failure({}, { request });
    while (things.server.requests.length === 0) await new Promise(setImmediate);
    request.deadline.dispose();
    assert.equal((await failure).kind, "abandoned");
    assert.equal((await things.failure({ path: "/later" }, { request })).kind, "abandoned");
    assert.equal(things.server.requests.length, 1);
  },
);

/**
 * A scope, when it ends on its own, what it calls, and the parts inside it. Times in ms from the
 * start.
 */
type Tree = {
  readonly deadlineMs: number | undefined;
  readonly settlesAt: number;
  readonly calls: readonly { readonly at: number; readonly thing: number }[];
  readonly parts: readonly (readonly [at: number, part: Tree])[];
};

const ms = fc.integer({ min: 0, max: 1_200 });
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    deadlineMs: fc.option(ms, { nil: undefined }),
    settlesAt: ms,
    calls: fc.array(fc.record({ at: ms, thing: fc.integer({ min: 1, max: 4 }) }), { maxLength: 4 }),
    parts: fc.oneof(
      { maxDepth: 4, depthIdentifier: "parts" },
      fc.constant([]),
      fc.array(fc.tuple(ms, tie("tree")), { maxLength: 3 }),
    ),
  }),
}));
const requestTree = fc.record({ deadlineMs: ms, settlesAt: ms, sections: fc.array(tree, { maxLength: 4 }) });

/**
 * Until when a call may go on: the first end among its scope's, the scopes' around it and its
 * request's.
 */
type Asked = { readonly thing: number; readonly mayLastUntil: number; endedAt: number | undefined };

test("no call outlives its request or a scope with a deadline that it was made in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(requestTree, { minLength: 1, maxLength: 3 }), async (requests) => {
      const clock = new FakeClock();
      const network = new ScriptedSend();
      const send = wrap([oncePerRequest(), coalesce()], network.send);
      const asked: Asked[] = [];

      const run = (scope: CallScope, { settlesAt, calls, parts }: Tree, lastsUntil: number) => {
        for (const { at, thing } of calls) {
          clock.setTimer(at - clock.now(), () => {
            const one: Asked = { thing, mayLastUntil: Math.max(clock.now(), lastsUntil), endedAt: undefined };
            asked.push(one);
            const call = makeCall(clock, { target: `/things/${thing}` });
            call.deadline.dispose();
            send({ ...call, scope, deadline: scope.deadline }, () => void (one.endedAt = clock.now()));
          });
        }
        for (const [at, part] of parts) {
          clock.setTimer(at - clock.now(), () => {
            run(scope.part(part.deadlineMs), part, endOf(part, lastsUntil));
          });
        }
        clock.setTimer(settlesAt - clock.now(), () => scope.dispose());
      };
      /** A scope without a deadline of its own hands its calls to what is around it. */
      const endOf = ({ deadlineMs, settlesAt }: Tree, around: number): number =>
        deadlineMs === undefined
          ? around
          : Math.min(around, Math.max(clock.now(), settlesAt), clock.now() + deadlineMs);

      for (const { deadlineMs, settlesAt, sections } of requests) {
        const request = makeRequest(clock, {}, deadlineMs);
        const lastsUntil = Math.min(deadlineMs, settlesAt);
        for (const section of sections) {
          run(new CallScope(request.context, section.deadlineMs), section, endOf(section, lastsUntil));
        }
        clock.setTimer(settlesAt, () => request.deadline.dispose());
      }
      await clock.advanceInTurns(3_000);

      assert.equal(network.inFlight, 0, "nothing is left running");
      assert.equal(clock.pending, 0, "no timer is left");
      for (const { mayLastUntil, endedAt } of asked) {
        assert.ok(
          endedAt !== undefined && endedAt <= mayLastUntil,
          `ended at ${endedAt}, not by ${mayLastUntil}`,
        );
      }
    }),
    { numRuns: 200 },
  );
});
