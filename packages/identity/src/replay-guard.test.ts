import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReplayGuard } from "./index.ts";

const NOW_S = 1_800_000_000;

/** A guard on a clock that the test moves; `jumpedS` moves the date only. */
function guardAt(options: { readonly maxEntries?: number } = {}) {
  const time = { nowS: NOW_S, jumpedS: 0 };
  const now = () => (time.nowS - NOW_S) * 1_000;
  const wallNow = () => (time.nowS + time.jumpedS) * 1_000;
  return { time, guard: createReplayGuard({ clock: { now, wallNow }, ...options }) };
}

describe("a replay guard", () => {
  it("accepts an identity once, and another one too", () => {
    const { guard } = guardAt();
    const expiresAtS = NOW_S + 60;
    assert.equal(guard.use({ requestId: "a", expiresAtS }), "first");
    assert.equal(guard.use({ requestId: "a", expiresAtS }), "replayed");
    assert.equal(guard.use({ requestId: "b", expiresAtS }), "first");
  });

  it("recognizes an id that was signed again with another expiry", () => {
    const { guard } = guardAt();
    guard.use({ requestId: "a", expiresAtS: NOW_S + 10 });
    assert.equal(guard.use({ requestId: "a", expiresAtS: NOW_S + 60 }), "replayed");
  });

  it("remembers as long as a verifier accepts: until exp and 5 s, and not a second longer", () => {
    const { guard, time } = guardAt();
    guard.use({ requestId: "a", expiresAtS: NOW_S + 60 });
    time.nowS = NOW_S + 64;
    assert.equal(guard.use({ requestId: "a", expiresAtS: NOW_S + 60 }), "replayed");
    assert.equal(guard.size, 1);
    time.nowS = NOW_S + 65;
    guard.use({ requestId: "b", expiresAtS: NOW_S + 120 });
    assert.equal(guard.size, 1);
  });

  it("forgets each id in its own time, in whatever order they came", () => {
    const { guard, time } = guardAt();
    guard.use({ requestId: "long", expiresAtS: NOW_S + 60 });
    guard.use({ requestId: "short", expiresAtS: NOW_S + 1 });
    time.nowS = NOW_S + 6;
    assert.equal(guard.use({ requestId: "long", expiresAtS: NOW_S + 60 }), "replayed");
    assert.equal(guard.use({ requestId: "short", expiresAtS: NOW_S + 60 }), "first");
  });

  it("remembers nothing for longer than an identity can live, whatever its exp says", () => {
    const { guard, time } = guardAt();
    guard.use({ requestId: "a", expiresAtS: NOW_S + 1_000_000 });
    time.nowS = NOW_S + 70;
    guard.use({ requestId: "b", expiresAtS: time.nowS + 60 });
    assert.equal(guard.size, 1);
  });

  it("refuses when it is full, still knows what it remembers, and accepts again when there is room", () => {
    const { guard, time } = guardAt({ maxEntries: 2 });
    guard.use({ requestId: "a", expiresAtS: NOW_S + 10 });
    guard.use({ requestId: "b", expiresAtS: NOW_S + 60 });
    assert.equal(guard.use({ requestId: "c", expiresAtS: NOW_S + 60 }), "full");
    assert.equal(guard.use({ requestId: "a", expiresAtS: NOW_S + 10 }), "replayed");
    time.nowS = NOW_S + 15;
    assert.equal(guard.use({ requestId: "c", expiresAtS: NOW_S + 60 }), "first");
    assert.equal(guard.use({ requestId: "b", expiresAtS: NOW_S + 60 }), "replayed");
  });

  it("is not filled for an hour by a date that is an hour ahead for a moment", () => {
    const { guard, time } = guardAt({ maxEntries: 2 });
    time.jumpedS = 3_600;
    for (const requestId of ["a", "b"]) guard.use({ requestId, expiresAtS: NOW_S + 3_600 + 60 });
    time.jumpedS = 0;
    assert.equal(guard.use({ requestId: "c", expiresAtS: NOW_S + 60 }), "full");
    time.nowS = NOW_S + 70;
    assert.equal(guard.use({ requestId: "c", expiresAtS: time.nowS + 60 }), "first");
    assert.equal(guard.size, 1);
  });

  it("forgets nothing while a date jumps ahead or back", () => {
    const { guard, time } = guardAt();
    const expiresAtS = NOW_S + 60;
    guard.use({ requestId: "a", expiresAtS });
    for (const jumpedS of [3_600, -3_600, 90_000, 0]) {
      time.jumpedS = jumpedS;
      guard.use({ requestId: `at ${jumpedS}`, expiresAtS: NOW_S + jumpedS + 60 });
      assert.equal(guard.use({ requestId: "a", expiresAtS }), "replayed");
    }
  });
});
