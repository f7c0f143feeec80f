import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReplayGuard, createVerifier, createMinter } from "./index.ts";

const NOW_S = 1_800_000_000;

/** A guard on a clock that the test moves; `jumpedS` moves the date only. */
function guardAt(options: { readonly maxEntries?: number } = {}) {
  const time = { nowS: NOW_S, jumpedS: 0 };
  const now = () => (time.nowS - NOW_S) * 1_000;
  const wallNow = () => (time.nowS + time.jumpedS) * 1_000;
  const clock = { now, wallNow };
  return { time, clock, guard: createReplayGuard({ clock, ...options }) };
}

describe("a replay guard", () => {
  it("accepts an identity once, and another one too", () => {
    const { guard } = guardAt();
    assert.equal(guard.use({ requestId: "a" }), "first");
    assert.equal(guard.use({ requestId: "a" }), "replayed");
    assert.equal(guard.use({ requestId: "b" }), "first");
  });

  it("remembers for longer than a verifier accepts: 60 s, and 5 s before and after", () => {
    const { guard, time } = guardAt({ maxEntries: 1 });
    guard.use({ requestId: "a" });
    time.nowS = NOW_S + 70;
    assert.equal(guard.use({ requestId: "b" }), "full");
    assert.equal(guard.use({ requestId: "a" }), "replayed");
    time.nowS = NOW_S + 71;
    assert.equal(guard.use({ requestId: "b" }), "first");
    assert.equal(guard.size, 1);
  });

  it("refuses when it is full, still knows what it remembers, and accepts again when there is room", () => {
    const { guard, time } = guardAt({ maxEntries: 2 });
    guard.use({ requestId: "a" });
    time.nowS = NOW_S + 10;
    guard.use({ requestId: "b" });
    assert.equal(guard.use({ requestId: "c" }), "full");
    assert.equal(guard.use({ requestId: "a" }), "replayed");
    time.nowS = NOW_S + 71;
    assert.equal(guard.use({ requestId: "c" }), "first");
    assert.equal(guard.use({ requestId: "d" }), "full");
    assert.equal(guard.use({ requestId: "b" }), "replayed");
  });

  it("forgets no more than it must for new ones", () => {
    const { guard, time } = guardAt({ maxEntries: 10_000 });
    for (let index = 0; index < 10_000; index += 1) guard.use({ requestId: `${index}` });
    time.nowS = NOW_S + 3_600;
    assert.equal(guard.use({ requestId: "new" }), "first");
    assert.equal(guard.size, 9_001);
    assert.equal(guard.use({ requestId: "1000" }), "replayed");
    assert.equal(guard.use({ requestId: "999" }), "first");
  });

  it("is not filled for an hour by a date that is an hour ahead for a moment", () => {
    const { guard, time } = guardAt({ maxEntries: 2 });
    time.jumpedS = 3_600;
    for (const requestId of ["a", "b"]) guard.use({ requestId });
    time.jumpedS = 0;
    assert.equal(guard.use({ requestId: "c" }), "full");
    time.nowS = NOW_S + 71;
    assert.equal(guard.use({ requestId: "c" }), "first");
  });

  it("knows an identity that is valid again because the date went back for good", () => {
    const { guard, time, clock } = guardAt();
    const key = { kid: "k1", secret: new Uint8Array(32).fill(7), clock };
    const token = createMinter(key).mint({ userId: "42", audience: "web-bff", requestId: "r-1" });
    const verifier = createVerifier({ keys: [key], audience: "web-bff", clock });
    const use = () => {
      const verification = verifier.verify(token);
      return verification.ok ? guard.use(verification.identity) : verification.reason;
    };
    assert.equal(use(), "first");
    time.nowS += 100;
    assert.equal(use(), "expired");
    guard.use({ requestId: "another" });
    time.jumpedS = -3_600;
    assert.equal(use(), "issued-in-future");
    time.nowS += 3_500;
    assert.equal(use(), "replayed");
  });
});
