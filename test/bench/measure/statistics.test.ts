import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "./random.ts";
import { bootstrapInterval, mean, median, quantile, quietest, slope } from "./statistics.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

test("a quantile is a number of the sample, in whatever order the sample is", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(quantile(upTo(100), 0), 1);
  assert.equal(quantile(upTo(100), 0.99), 100);
  assert.equal(quantile(upTo(100), 1), 100);
  assert.ok(Number.isNaN(median([])));
});

test("what the quietest slices measured does not move with the noisy ones", () => {
  const quiet = quietest([100, 102, 300, 300, 300, 300, 300, 300]);
  assert.equal(quiet, 101);
  assert.equal(quietest([100, 102, 900, 300, 9_000, 300, 300, 300]), quiet);
  assert.equal(quietest([7]), 7);
});

test("a bootstrap's interval holds the true value about as often as it says", () => {
  const random = seeded(1);
  let held = 0;
  for (let round = 0; round < 100; round += 1) {
    // Uniform on [0, 1): the mean of all is 0.5.
    const { from, to } = bootstrapInterval(Array.from({ length: 40 }, random), mean, random);
    if (from <= 0.5 && 0.5 <= to) held += 1;
  }
  assert.ok(held >= 88 && held <= 99, `95 of 100 expected, ${held} held it`);
});

test("a slope is that of the line, and its interval is as wide as the noise allows", () => {
  const exact = slope([
    [0, 1],
    [1, 3],
    [2, 5],
    [3, 7],
  ]);
  assert.deepEqual(exact, { slope: 2, from: 2, to: 2 });
  // By hand, with the 3.1824 that tables have for three degrees of freedom: 0.425 ± 0.9706.
  const noisy = slope([
    [1, 1],
    [2, 2],
    [3, 1.3],
    [4, 3.75],
    [5, 2.25],
  ]);
  assert.ok(Math.abs(noisy.slope - 0.425) < 1e-9);
  assert.ok(
    Math.abs(noisy.from - -0.5456) < 0.02 && Math.abs(noisy.to - 1.3956) < 0.02,
    JSON.stringify(noisy),
  );
  assert.throws(() => slope([[1, 1]]), /3 points/);
});
