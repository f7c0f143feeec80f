import assert from "node:assert/strict";
import { test } from "node:test";
import type { Repetition } from "./measure-loads.ts";
import { compare, compareHtml, gain, tellGain } from "./summarize.ts";

const data = (first: number, independent: number, complete: number, bytes: number) => {
  const load = { first, independent, complete, bytes, degraded: false };
  return { new: load, warm: { ...load, complete: complete - 10 } };
};
const html = { firstByte: 30, firstSection: 60, complete: 120, bytes: 5_000 };
const REPETITIONS: readonly Repetition[] = [100, 200, 300, 100, 200, 300].map((ms) => ({
  services: data(ms / 2, ms - 40, ms, 9_000),
  bff: data(ms - 20, ms - 20, ms - 20, 3_000),
  html: { new: html, warm: html },
}));

test("both ways are compared within each repetition: whatever the services did falls on both", () => {
  const comparison = compare(REPETITIONS, "new");
  assert.deepEqual(comparison, {
    services: 200,
    bff: 180,
    saved: { median: 20, from: 20, to: 20 },
    savedBesideThree: { median: -20, from: -20, to: -20 },
    firstSooner: { median: 80, from: 30, to: 130 },
    servicesBytes: 9_000,
    bffBytes: 3_000,
  });
  assert.equal(compare(REPETITIONS, "warm").services, 190);
});

test("HTML is compared where it was loaded, by its first section", () => {
  const { sectionSooner, firstByte, json } = compareHtml(REPETITIONS, "new");
  assert.deepEqual([firstByte, json, sectionSooner.median], [30, 180, 120]);
});

test("a gain is told as won, lost, or none where its interval holds 0", () => {
  assert.equal(tellGain(gain([20, 20, 20, 20, 20, 20])), "wins by 20 ms (20 to 20)");
  assert.equal(tellGain(gain([-20, -30, -40, -20, -30, -40])), "loses by 30 ms (20 to 40)");
  assert.equal(tellGain(gain([-20, 1, 20, -20, 1, 20])), "no difference (-20 to 20)");
});

test("five repetitions have no interval of 95%, and none is told", () => {
  assert.equal(tellGain(gain([20, 21, 22, 23, 24])), "about 22 ms, too few repetitions to tell");
});
