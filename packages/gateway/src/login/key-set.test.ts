import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JSONWebKeySet } from "jose";
import { FakeClock } from "@triptych/testing";
import { TestIssuer } from "../testing/issuer.ts";
import { KeySet, KeysUnavailableError, readKeySet } from "./key-set.ts";

const TOKEN = { payload: "", signature: "" };
const [one, two] = [new TestIssuer("one", { wallNow: () => 0 }), new TestIssuer("two", { wallNow: () => 0 })];

/** A provider whose keys and health a test changes, and that counts how often it was asked. */
function provider(keys: JSONWebKeySet | undefined) {
  const clock = new FakeClock();
  const state = { keys, asked: 0 };
  const keySet = new KeySet(() => {
    state.asked += 1;
    return state.keys === undefined ? Promise.reject(new Error("down")) : Promise.resolve(state.keys);
  }, clock);
  const has = (kid: string): Promise<boolean> =>
    keySet.keyOf({ alg: "EdDSA", kid }, TOKEN).then(
      () => true,
      (error: unknown) => {
        if (error instanceof KeysUnavailableError) throw error;
        return false;
      },
    );
  return { clock, state, has };
}

describe("the identity provider's keys", () => {
  it("are asked for once, however many tokens come at once, and kept", async () => {
    const { state, has } = provider(one.jwks);
    assert.deepEqual(await Promise.all([has("one"), has("one"), has("one")]), [true, true, true]);
    await has("one");
    assert.equal(state.asked, 1);
  });

  it("are asked for again for an unknown kid, at most once a minute", async () => {
    const { clock, state, has } = provider(one.jwks);
    await has("one");
    for (const kid of ["x", "y", "z"]) assert.equal(await has(kid), false);
    assert.equal(state.asked, 1, "a minute has not passed since the first time");
    clock.advance(60_000);
    state.keys = { keys: [...one.jwks.keys, ...two.jwks.keys] };
    assert.deepEqual(await Promise.all([has("two"), has("x")]), [true, false]);
    assert.equal(state.asked, 2);
    for (const kid of ["x", "y", "z"]) assert.equal(await has(kid), false);
    clock.advance(59_999);
    await has("x");
    assert.equal(state.asked, 2);
  });

  it("are renewed after ten minutes, so that a withdrawn key does not live on", async () => {
    const { clock, state, has } = provider(one.jwks);
    await has("one");
    state.keys = two.jwks;
    clock.advance(600_000);
    await has("one");
    assert.equal(state.asked, 2);
    assert.equal(await has("one"), false);
  });

  it("are neither renewed sooner nor kept longer when the date jumps", async () => {
    const { clock, state, has } = provider(one.jwks);
    await has("one");
    for (const hours of [25, -50, 25]) {
      clock.jumpDate(hours * 3_600_000);
      await has("one");
    }
    assert.equal(state.asked, 1);
    clock.advance(600_000);
    await has("one");
    assert.equal(state.asked, 2);
  });

  it("are kept when the provider is gone", async () => {
    const { clock, state, has } = provider(one.jwks);
    await has("one");
    state.keys = undefined;
    clock.advance(3_600_000);
    await has("one");
    assert.equal(await has("one"), true);
  });

  it("that were never fetched are asked for every five seconds, with an error of its own until then", async () => {
    const { clock, state, has } = provider(undefined);
    await assert.rejects(has("one"), KeysUnavailableError);
    await assert.rejects(has("one"), KeysUnavailableError);
    assert.equal(state.asked, 1);
    clock.advance(5_000);
    state.keys = one.jwks;
    assert.equal(await has("one"), true);
  });

  for (const wrong of [
    null,
    [],
    {},
    { keys: [] },
    { keys: [{ kty: "oct", k: "c2VjcmV0" }] },
    { keys: ["a"] },
  ]) {
    it(`cannot be ${JSON.stringify(wrong)}`, () => assert.throws(() => readKeySet(wrong), /JWK set/));
  }
});
