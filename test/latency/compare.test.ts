import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, gain, gainText } from "./compare.ts";
import type { Repetition } from "./repetition.ts";

const data = (first: number, independent: number, complete: number, bytes: number) => {
  const load = { first, independent, complete, bytes, degraded: false };
  return { new: load, warm: { ...load, complete: complete - 10 } };
};
const REPETITIONS: readonly Repetition[] = [100, 200, 300, 100, 200, 300].map((ms) => ({
  services: data(ms / 2, ms - 40, ms, 9_000),
  bff: data(ms - 20, ms - 20, ms - 20, 3_000),
}));

test("compares both ways within each repetition, where the services took equally long", () => {
  const comparison = compare(REPETITIONS, "new");
  assert.deepEqual(comparison, {
    services: 200,
    bff: 180,
    servicesBytes: 9_000,
    bffBytes: 3_000,
    saved: { median: 20, from: 20, to: 20 },
    savedBesideThree: { median: -20, from: -20, to: -20 },
    savedBesideFirst: { median: -80, from: -130, to: -30 },
  });
  assert.equal(compare(REPETITIONS, "warm").services, 190);
});

test("a gain is a win, a loss, or no difference where its interval contains 0", () => {
  assert.equal(gainText(gain([20, 20, 20, 20, 20, 20])), "wins by 20 ms (20 to 20)");
  assert.equal(gainText(gain([-20, -30, -40, -20, -30, -40])), "loses by 30 ms (20 to 40)");
  assert.equal(gainText(gain([-20, 1, 20, -20, 1, 20])), "no difference (-20 to 20)");
});

test("five repetitions are too few for a 95% interval", () => {
  assert.equal(gainText(gain([20, 21, 22, 23, 24])), "about 22 ms, too few repetitions to tell");
});
