import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, response } from "@triptych/testing";
import { makeOperation, makeRequest, testUpstream } from "./testing/index.ts";
import { clientCredentials, tokenExchange } from "./dialect/oauth.ts";
import type { AuthenticatedCall } from "./dialect/authentication.ts";

const visitor = (requestId: string) => ({ userId: undefined, requestId });
const KEPT = { "cache-control": "max-age=60" };

test("a service gets no user and no token of a visitor, whatever its identity is", async () => {
  for (const identity of ["signed", "user-id", "none"] as const) {
    await using things = await testUpstream((socket) => socket.write(response(200, "{}")), { identity });
    await things.call({}, { caller: visitor("r-1") });
    assert.doesNotMatch(things.server.requests[0] ?? "", /x-user-id|txn-token/i);
  }
});

test("what one visitor got as theirs is never another's, nor a user's who is called like nothing", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(
    (socket, _request, index) => socket.write(response(200, String(index), KEPT)),
    { clock },
  );
  const mine = makeOperation({ cache: "perUser" });
  const got: unknown[] = [];
  const callers = [visitor("r-1"), visitor("r-2"), visitor("r-2"), { userId: "undefined" }, { userId: "7" }];
  for (const caller of [...callers, visitor("r-3")]) got.push(await things.call(mine, { caller }));
  assert.deepEqual(got, [0, 1, 2, 3, 4, 5]);
});

test("what is everybody's is kept for visitors too", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(
    (socket, _request, index) => socket.write(response(200, String(index), KEPT)),
    { clock },
  );
  const everybodys = makeOperation({ cache: "shared" });
  const got: unknown[] = [];
  for (const caller of [visitor("r-1"), visitor("r-2"), {}])
    got.push(await things.call(everybodys, { caller }));
  assert.deepEqual(got, [0, 0, 0]);
});

test("two visitors' calls in flight are two calls, and one visitor's same two are one", async () => {
  const clock = new FakeClock();
  await using things = await testUpstream(() => {}, { clock });
  const requests = ["r-1", "r-2"].map((requestId) => makeRequest(clock, visitor(requestId)));
  const calls = requests.flatMap((request) => [0, 1].map(() => things.failure({}, { request })));
  while (things.server.requests.length < 2) await new Promise(setImmediate);
  await clock.advanceInTurns(800);
  await Promise.all(calls);
  assert.equal(things.server.requests.length, 2);
});

test("credentials that were made for one visitor serve this request only", async () => {
  const clock = new FakeClock();
  let made = 0;
  const authenticate = ({ caller }: AuthenticatedCall) => ({
    headers: { authorization: `Guest ${caller.userId ?? caller.requestId}-${(made += 1)}` },
    expiresInMs: 3_600_000,
  });
  await using things = await testUpstream((socket) => socket.write(response(200, "{}")), {
    authenticate,
    clock,
  });
  const first = makeRequest(clock, visitor("r-1"));
  await things.call({ path: "/things/1" }, { request: first });
  await things.call({ path: "/things/2" }, { request: first });
  await things.call({}, { caller: visitor("r-2") });
  await things.call({}, { caller: { userId: "7" } });
  await things.call({}, { caller: { userId: "7" } });
  const sent = things.server.requests.map((text) => /\r\nauthorization: (.*)\r\n/.exec(text)?.[1]);
  assert.deepEqual(sent, ["Guest r-1-1", "Guest r-1-1", "Guest r-2-2", "Guest 7-3", "Guest 7-3"]);
});

test("a visitor has no token to exchange, and uses the service's own credentials as everybody does", async () => {
  const client = { tokenEndpoint: "http://127.0.0.1:9/token", clientId: "bff", clientSecret: "s3cret" };
  await using exchange = await testUpstream(() => {}, { authenticate: tokenExchange(client) });
  const { kind } = await exchange.failure({}, { caller: visitor("r-1") });
  assert.equal(kind, "rejected");
  assert.equal(clientCredentials(client).per, "service");
});
