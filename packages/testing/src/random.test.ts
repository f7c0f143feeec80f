import assert from "node:assert/strict";
import { test } from "node:test";
import { constantRandom, seededRandom } from "./random.ts";

const draws = (random: () => number): number[] => Array.from({ length: 1_000 }, () => random());

test("the same seed gives the same numbers, another seed others", () => {
  assert.deepEqual(draws(seededRandom(7)), draws(seededRandom(7)));
  assert.notDeepEqual(draws(seededRandom(7)), draws(seededRandom(8)));
});

test("seeded numbers are in [0, 1) and spread evenly", () => {
  const numbers = draws(seededRandom(1));
  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  assert.ok(Math.abs(mean - 0.5) < 0.05, String(mean));
});

test("a constant is always the same", () =>
  assert.deepEqual(new Set(draws(constantRandom(0.25))), new Set([0.25])));
