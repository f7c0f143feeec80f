import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReplayGuard } from "./index.ts";

const NOW_S = 1_800_000_000;

/** A guard on a clock that the test moves. */
function guardAt(options: { readonly maxEntries?: number } = {}) {
  const time = { nowS: NOW_S };
  return { time, guard: createReplayGuard({ clock: { wallNow: () => time.nowS * 1000 + 999 }, ...options }) };
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
});
