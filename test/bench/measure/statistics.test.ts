import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "@triptych/testing";
import { median, medianInterval, quantile, quietest } from "./statistics.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

test("a quantile is a number of the sample, in any order", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(quantile(upTo(100), 0), 1);
  assert.equal(quantile(upTo(100), 0.99), 100);
  assert.equal(quantile(upTo(100), 1), 100);
  assert.ok(Number.isNaN(median([])));
});

test("noisy slices do not change what the quietest ones measured", () => {
  const quiet = quietest([100, 102, 300, 300, 300, 300, 300, 300]);
  assert.equal(quiet, 101);
  assert.equal(quietest([100, 102, 900, 300, 9_000, 300, 300, 300]), quiet);
  assert.equal(quietest([7]), 7);
});

test("the 95% interval contains the true median in about 95 of 100 samples", () => {
  const random = seededRandom(1);
  let held = 0;
  for (let round = 0; round < 100; round += 1) {
    // Uniform on [0, 1): the median of all is 0.5.
    const { from, to } = medianInterval(Array.from({ length: 40 }, random));
    if (from <= 0.5 && 0.5 <= to) held += 1;
  }
  assert.ok(held >= 88 && held <= 99, `95 of 100 expected, ${held} held it`);
});
