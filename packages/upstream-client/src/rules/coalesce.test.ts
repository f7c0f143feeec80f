import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { coalesce, oncePerRequest } from "./coalesce.ts";
import { ScriptedSend, failureOf, makeCall, makeRequest, promised, valueOf } from "../testing/index.ts";

function setup() {
  const clock = new FakeClock();
  const below = new ScriptedSend();
  return { clock, below, send: promised(coalesce()(below.send)) };
}

test("the same GET of the same user from two requests is one call", async () => {
  const { clock, below, send } = setup();
  const outcomes = [makeCall(clock), makeCall(clock, { caller: { requestId: "req-2", txnToken: "t2" } })].map(
    send,
  );
  assert.equal(below.calls.length, 1);
  below.at(0).succeed("answer");
  assert.deepEqual((await Promise.all(outcomes)).map(valueOf), ["answer", "answer"]);
  assert.equal(clock.pending, 2);
});

for (const [name, how] of [
  ["another user", { caller: { userId: "8" } }],
  ["the same user who may do something else", { caller: { authority: "orders:write" } }],
  ["another URL", { target: "/things/2" }],
  ["another operation", { operation: { name: "getOther" } }],
] as const) {
  test(`${name} is another call`, () => {
    const { clock, below, send } = setup();
    void send(makeCall(clock));
    void send(makeCall(clock, how));
    assert.equal(below.calls.length, 2);
  });
}

test("a call without a condition does not join a revalidation", () => {
  const { clock, below, send } = setup();
  void send({ ...makeCall(clock), validators: { etag: '"1"', lastModified: undefined } });
  void send(makeCall(clock));
  void send({ ...makeCall(clock), validators: { etag: '"2"', lastModified: undefined } });
  void send({ ...makeCall(clock), validators: { etag: '"1"', lastModified: undefined } });
  assert.equal(below.calls.length, 3);
});

test("a POST is never joined", () => {
  const { clock, below, send } = setup();
  void send(makeCall(clock, { operation: { method: "POST" } }));
  void send(makeCall(clock, { operation: { method: "POST" } }));
  assert.equal(below.calls.length, 2);
});

test("a GET after a successful POST joins no GET from before it", async () => {
  const { clock, below, send } = setup();
  const before = send(makeCall(clock));
  const post = send(makeCall(clock, { operation: { method: "POST" } }));
  below.at(1).succeed("done");
  valueOf(await post);
  const after = send(makeCall(clock));
  assert.equal(below.calls.length, 3);
  below.at(0).succeed("old");
  below.at(2).succeed("new");
  assert.deepEqual([valueOf(await before), valueOf(await after)], ["old", "new"]);
});

test("a GET after a POST that may have taken effect joins no GET from before it, after a refused one it does", async () => {
  for (const [failure, calls] of [
    [{ kind: "timeout" }, 3],
    [{ kind: "rejected", status: 409 }, 2],
  ] as const) {
    const { clock, below, send } = setup();
    void send(makeCall(clock));
    const post = send(makeCall(clock, { operation: { method: "POST" } }));
    below.at(1).fail(failure);
    failureOf(await post);
    void send(makeCall(clock));
    assert.equal(below.calls.length, calls);
  }
});

test("within one request a GET is one call, until the request changes something at its upstream", async () => {
  const [clock, below] = [new FakeClock(), new ScriptedSend()];
  const send = promised(oncePerRequest()(below.send));
  const request = makeRequest(clock);
  const get = () => send(makeCall(clock, { request }));
  const first = get();
  below.at(0).succeed("old");
  assert.deepEqual([valueOf(await first), valueOf(await get())], ["old", "old"]);
  const post = send(makeCall(clock, { request, operation: { method: "POST" } }));
  below.at(1).succeed("done");
  valueOf(await post);
  const after = get();
  below.at(2).succeed("new");
  assert.deepEqual([valueOf(await after), valueOf(await get())], ["new", "new"]);
});

test("after the answer, the next call is sent", async () => {
  const { clock, below, send } = setup();
  const first = send(makeCall(clock));
  below.at(0).fail();
  failureOf(await first);
  await clock.advanceInTurns(0);
  void send(makeCall(clock));
  assert.equal(below.calls.length, 2);
});

test("the end of one waiter does not fail the others, and its error says what the call was doing", async () => {
  const { clock, below, send } = setup();
  const [leaver, stayer] = [makeCall(clock), makeCall(clock)];
  const outcomes = [send(leaver), send(stayer)];
  leaver.deadline.end("abandoned");
  const error = failureOf(await (outcomes[0] ?? Promise.reject()));
  assert.deepEqual([error.kind, error.phase], ["abandoned", "headers"]);
  assert.equal(below.at(0).ended, undefined);
  below.at(0).succeed("answer");
  assert.equal(valueOf(await (outcomes[1] ?? Promise.reject())), "answer");
});

test("the end of the last waiter aborts the call", async () => {
  const { clock, below, send } = setup();
  const calls = [makeCall(clock), makeCall(clock)];
  const outcomes = calls.map((call) => send(call));
  for (const call of calls) call.deadline.end("abandoned");
  assert.equal(below.at(0).ended, "abandoned");
  assert.deepEqual(
    (await Promise.all(outcomes)).map((outcome) => failureOf(outcome).kind),
    ["abandoned", "abandoned"],
  );
  void send(makeCall(clock));
  assert.equal(below.calls.length, 2);
});

test("it has as much time as its most patient waiter", async () => {
  const { clock, below, send } = setup();
  const short = send(makeCall(clock, { deadlineMs: 100 }));
  const long = send(makeCall(clock, { deadlineMs: 500 }));
  assert.equal(below.at(0).call.deadline.remainingMs(), 500);
  await clock.advanceInTurns(100);
  assert.equal(failureOf(await short).kind, "timeout");
  await clock.advanceInTurns(300);
  below.at(0).succeed("answer");
  assert.equal(valueOf(await long), "answer");
});

test("a call whose request has already ended is not sent", async () => {
  const { clock, below, send } = setup();
  const call = makeCall(clock);
  call.deadline.end("deadline");
  assert.equal(failureOf(await send(call)).kind, "timeout");
  assert.equal(below.calls.length, 0);
  void send(makeCall(clock));
  assert.equal(below.calls.length, 1);
});
