import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { FakeClock } from "@triptych/testing";
import { Refusal } from "../exchange.ts";
import { KeySet } from "../login/key-set.ts";
import { PROFILE, TestIssuer } from "../testing/issuer.ts";
import { createBearerVerifier } from "./bearer-token.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

const HOUR_MS = 3_600_000;

const lastingAnHour = (clock: FakeClock) => ({ exp: clock.wallNow() / 1_000 + 3_600 });

/** A verifier, and how often it looked for a key: once for each token that it verified. */
function verifier(t: TestContext) {
  const clock = new FakeClock();
  const issuer = new TestIssuer("one", clock);
  const state = { keys: issuer.jwks };
  const keySet = new KeySet(() => Promise.resolve(state.keys), clock);
  const { mock } = t.mock.method(keySet, "keyOf");
  const verify = createBearerVerifier([{ profile: PROFILE, keySet }], clock);
  return {
    clock,
    issuer,
    state,
    verify: async (token: string) => await verify(`Bearer ${token}`),
    /** Why a token is refused. */
    reason: (token: string): Promise<string | undefined> =>
      verify(`Bearer ${token}`).then(
        () => undefined,
        (error: unknown) => (error instanceof Refusal ? error.reason : String(error)),
      ),
    verified: () => mock.callCount(),
    forget: () => mock.resetCalls(),
    begin: async (claims = {}) => {
      const token = await issuer.token(claims);
      // The keys are fetched for the first token, so the second is the first that can be kept.
      for (let time = 0; time < 2; time += 1) await verify(`Bearer ${token}`);
      mock.resetCalls();
      return token;
    },
  };
}

describe("a bearer token", () => {
  it("is verified once, and another one of the same user again", async (t) => {
    const { begin, verify, verified, issuer } = verifier(t);
    const token = await begin({ scope: "orders:read" });
    const { scope, userId } = await verify(token);
    assert.deepEqual([scope, userId, verified()], ["orders:read", "42", 0]);
    await verify(await issuer.token({ jti: "token-2" }));
    assert.equal(verified(), 1);
  });

  it("is verified again when the provider's keys changed, and refused when its key is gone", async (t) => {
    const { begin, verify, verified, forget, reason, clock, state, issuer } = verifier(t);
    const token = await begin(lastingAnHour(clock));
    const next = new TestIssuer("two", clock);
    for (const keys of [[...issuer.jwks.keys, ...next.jwks.keys], next.jwks.keys]) {
      state.keys = { keys };
      clock.advance(600_000);
      // The keys are old: this has them fetched and does not wait for them.
      await verify(token);
      await setImmediate();
      assert.equal(verified(), 0);
      if (keys.length === 2) await verify(token);
      else assert.equal(await reason(token), "ERR_JWKS_NO_MATCHING_KEY");
      assert.equal(verified(), 1);
      forget();
    }
  });

  it("is not verified again when the same keys were fetched again", async (t) => {
    const { begin, verify, verified, clock } = verifier(t);
    const token = await begin(lastingAnHour(clock));
    for (let time = 0; time < 4; time += 1) {
      clock.advance(600_000);
      await verify(token);
      await setImmediate();
    }
    assert.equal(verified(), 0);
  });

  it("is refused from its exp on, and before its nbf", async (t) => {
    const { begin, reason, clock } = verifier(t);
    const nowS = clock.wallNow() / 1_000;
    const token = await begin({ exp: nowS + 600, nbf: nowS });
    clock.advance(604_999);
    assert.equal(await reason(token), undefined);
    clock.advance(1);
    assert.equal(await reason(token), "token-exp");
    const other = await begin();
    clock.jumpDate(-6_000);
    assert.equal(await reason(other), "token-from-the-future");
  });

  it("is refused when the date jumps over its exp, and verified again when its life is over by the monotonic clock", async (t) => {
    const { begin, reason, verified, clock } = verifier(t);
    const token = await begin();
    clock.jumpDate(HOUR_MS);
    assert.equal(await reason(token), "token-exp");
    clock.jumpDate(-HOUR_MS);
    assert.equal(await reason(token), undefined);
    assert.equal(verified(), 2);
    clock.advance(300_000);
    clock.jumpDate(-300_000);
    assert.deepEqual([await reason(token), verified()], [undefined, 2]);
    clock.advance(305_000);
    clock.jumpDate(-305_000);
    assert.deepEqual([await reason(token), verified()], [undefined, 3]);
  });

  it("that is refused is not remembered", async (t) => {
    const { begin, reason, verified, issuer } = verifier(t);
    await begin();
    const wrong = await issuer.token({ aud: "another" });
    for (let time = 0; time < 3; time += 1) assert.equal(await reason(wrong), "token-aud");
    assert.equal(verified(), 3);
  });
});

describe("the memory of verified tokens", () => {
  const caller = { kind: "bearer", userId: "42" } as const;
  const hourFrom = (clock: FakeClock) => {
    const fromS = clock.wallNow() / 1_000;
    return { caller, fromS, untilS: fromS + 3_600 };
  };

  it("is bounded: the oldest is forgotten", () => {
    const clock = new FakeClock();
    const tokens = new VerifiedTokens(clock, 3);
    const keySet = { version: () => 1 };
    assert.equal(tokens.find("a"), undefined);
    for (const name of ["a", "b", "c", "d"]) tokens.keep(name, keySet, 1, hourFrom(clock));
    assert.deepEqual(
      ["a", "b", "c", "d"].map((name) => tokens.find(name)),
      [undefined, caller, caller, caller],
    );
  });

  it("keeps nothing that was verified under earlier keys of its issuer", () => {
    const clock = new FakeClock();
    const tokens = new VerifiedTokens(clock);
    let version = 1;
    const [keySet, another] = [{ version: () => version }, { version: () => 1 }];
    tokens.keep("a", keySet, 1, hourFrom(clock));
    tokens.keep("b", another, 1, hourFrom(clock));
    version = 2;
    assert.deepEqual([tokens.find("a"), tokens.find("b")], [undefined, caller]);
    tokens.keep("a", keySet, 1, hourFrom(clock));
    assert.equal(tokens.find("a"), undefined);
    tokens.keep("a", keySet, 2, hourFrom(clock));
    assert.deepEqual([tokens.find("a"), tokens.find("A")], [caller, undefined]);
  });
});
