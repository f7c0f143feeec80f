import assert from "node:assert/strict";
import { test } from "node:test";
import { buildConnector } from "undici";
import { FakeClock, RawUpstream, response } from "@triptych/testing";
import { Address, Addresses } from "./addresses.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { EjectionEvent } from "../events.ts";
import { Telemetry } from "../events.ts";
import { testUpstream } from "../testing/index.ts";

function setup(count: number) {
  const clock = new FakeClock();
  const events: EjectionEvent[] = [];
  const telemetry = new Telemetry({ ejection: (event) => events.push(event) });
  const all = Array.from({ length: count }, (_, index) => {
    const origin = `http://a${index}`;
    const parts = { clock, random: Math.random };
    return new Address({ origin, basePath: "" }, new ConnectionPool(origin, {}, buildConnector({}), parts));
  });
  const addresses = new Addresses(all, { upstream: "things", clock, telemetry });
  const picks = (times: number) =>
    Array.from({ length: times }, () => addresses.pick(undefined).origin.slice(-2));
  const fail = (index: number, times: number, users = 3): void => {
    for (let time = 0; time < times; time += 1) addresses.failed(at(all, index), `user-${time % users}`);
  };
  return { clock, events, addresses, all, picks, fail };
}

function at(all: readonly Address[], index: number): Address {
  const address = all[index];
  if (address === undefined) throw new RangeError(`no address ${index}`);
  return address;
}

test("addresses are taken in turn", () => {
  assert.deepEqual(setup(3).picks(6), ["a0", "a1", "a2", "a0", "a1", "a2"]);
});

test("a second attempt goes to another address, if there is one", () => {
  const { addresses, all } = setup(2);
  assert.equal(addresses.pick(at(all, 0)), at(all, 1));
  assert.equal(addresses.pick(at(all, 0)), at(all, 1));
  const single = setup(1);
  assert.equal(single.addresses.pick(at(single.all, 0)), at(single.all, 0));
});

test("five failures in a row leave an address out for 10 s", async () => {
  const { clock, picks, fail, events } = setup(2);
  fail(0, 4);
  assert.deepEqual(picks(2), ["a0", "a1"]);
  fail(0, 1);
  assert.deepEqual(picks(2), ["a1", "a1"]);
  assert.deepEqual(events, [{ upstream: "things", address: "http://a0", change: "ejected", forMs: 10_000 }]);
  await clock.advanceInTurns(9_999);
  assert.deepEqual(picks(2), ["a1", "a1"]);
  await clock.advanceInTurns(1);
  assert.deepEqual(picks(2).toSorted(), ["a0", "a1"]);
  assert.equal(events.at(-1)?.change, "returned");
});

test("the failures of one or two users leave no address out, but refused connections do", () => {
  const { addresses, all, fail, events } = setup(2);
  fail(0, 50, 2);
  assert.equal(events.length, 0);
  for (let time = 0; time < 5; time += 1) addresses.failed(at(all, 1), undefined);
  assert.deepEqual(
    events.map(({ address }) => address),
    ["http://a1"],
  );
});

test("a success in between resets the count", () => {
  const { addresses, all, fail, events } = setup(2);
  fail(0, 4);
  addresses.succeeded(at(all, 0));
  fail(0, 4);
  assert.equal(events.length, 0);
});

test("each ejection is 10 s longer, until the address has been healthy for as long", async () => {
  const { clock, picks, fail, events } = setup(2);
  const ejections = () => events.filter(({ change }) => change === "ejected").map(({ forMs }) => forMs);
  for (const forMs of [10_000, 20_000, 30_000]) {
    fail(0, 5);
    await clock.advanceInTurns(forMs);
    picks(2);
  }
  assert.deepEqual(ejections(), [10_000, 20_000, 30_000]);
  await clock.advanceInTurns(30_000);
  fail(0, 5);
  assert.equal(ejections().at(-1), 10_000);
});

for (const [count, most] of [
  [1, 0],
  [2, 1],
  [3, 1],
  [4, 2],
  [5, 2],
] as const) {
  test(`of ${count} addresses at most ${most} are left out`, () => {
    const { fail, events, picks } = setup(count);
    for (let index = 0; index < count; index += 1) fail(index, 10);
    assert.equal(events.length, most);
    assert.equal(new Set(picks(20)).size, count - most);
  });
}

test("a retry reaches the other address, and a dead one costs no call its answer", async () => {
  const dead = await RawUpstream.open(() => {});
  const { origin } = dead;
  await dead[Symbol.asyncDispose]();
  await using alive = await RawUpstream.open((socket) => socket.write(response(200, '{"a":1}')));
  const events: EjectionEvent[] = [];
  await using things = await testUpstream(() => {}, {
    addresses: [origin, alive.origin],
    retry: { minBackoffMs: 0, maxBackoffMs: 1 },
    events: { ejection: (event) => events.push(event) },
  });
  for (let made = 0; made < 30; made += 1) assert.deepEqual(await things.call(), { a: 1 });
  assert.deepEqual(
    events.map(({ address }) => address),
    [origin],
  );
  assert.equal(alive.requests.length, 30);
});
