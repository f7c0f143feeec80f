import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, seededRandom } from "@triptych/testing";
import { LatencyEstimate } from "./latency-estimate.ts";

test("there is no estimate before forty observations", () => {
  const estimate = new LatencyEstimate(new FakeClock());
  for (let seen = 0; seen < 39; seen += 1) estimate.observe(10);
  assert.equal(estimate.percentile(0.95), undefined);
  estimate.observe(10);
  assert.ok(estimate.percentile(0.95) !== undefined);
});

for (const [name, draw] of [
  ["a uniform", (random: number) => 1 + random * 99],
  ["an exponential", (random: number) => 1 - 20 * Math.log(1 - random)],
  ["a bimodal", (random: number) => (random < 0.9 ? 5 + random : 300 + 100 * random)],
] as const) {
  test(`it is at most 10% above the true percentile of ${name} distribution, and never below it`, () => {
    const estimate = new LatencyEstimate(new FakeClock());
    const random = seededRandom(1);
    const samples = Array.from({ length: 5_000 }, () => draw(random()));
    for (const sample of samples) estimate.observe(sample);
    const sorted = samples.toSorted((a, b) => a - b);
    for (const share of [0.5, 0.95, 0.99]) {
      const exact = sorted[Math.floor(share * sorted.length)] ?? 0;
      const estimated = estimate.percentile(share) ?? 0;
      assert.ok(
        estimated >= exact * 0.99 && estimated <= exact * 1.11,
        `${share}: ${estimated} for ${exact}`,
      );
    }
  });
}

test("it follows an upstream that becomes slow within seconds", async () => {
  const clock = new FakeClock();
  const estimate = new LatencyEstimate(clock);
  for (let seen = 0; seen < 10_000; seen += 1) estimate.observe(5);
  await clock.advanceInTurns(5_000);
  for (let seen = 0; seen < 300; seen += 1) estimate.observe(500);
  assert.ok((estimate.percentile(0.95) ?? 0) >= 500);
});

test("old observations are forgotten", async () => {
  const clock = new FakeClock();
  const estimate = new LatencyEstimate(clock);
  for (let seen = 0; seen < 1_000; seen += 1) estimate.observe(5);
  await clock.advanceInTurns(60_000);
  assert.equal(estimate.percentile(0.95), undefined);
});

test("it accepts any latency", () => {
  const estimate = new LatencyEstimate(new FakeClock());
  for (let seen = 0; seen < 50; seen += 1) estimate.observe(0);
  assert.equal(estimate.percentile(0.95), 0.5);
  for (let seen = 0; seen < 50; seen += 1) estimate.observe(1e12);
  assert.ok((estimate.percentile(0.95) ?? 0) > 250_000);
});
