import assert from "node:assert/strict";
import { test } from "node:test";
import { AdmissionLimit, LEAST_LIMIT } from "./admission-limit.ts";

/** Observes so many intervals of 100 ms, and gives the limit after each. */
function observe(
  limit: AdmissionLimit,
  seen: {
    delayMs: number;
    peak?: number;
    inFlight?: number;
    refused?: number;
    wasted?: number;
    intervals?: number;
    from?: number;
  },
): number[] {
  const { delayMs, peak = 1_000, inFlight = 0, refused = 0, wasted = 0, intervals = 1, from = 0 } = seen;
  return Array.from({ length: intervals }, (_, index) => {
    limit.observe({
      leastDelayMs: delayMs,
      peakInFlight: Math.min(peak, limit.value),
      inFlight,
      refused,
      wasted,
      now: from + index * 100,
    });
    return limit.value;
  });
}

test("any number may be in flight while the event loop keeps up", () => {
  const limit = new AdmissionLimit();
  observe(limit, { delayMs: 19, peak: 5_000, intervals: 50 });
  assert.ok(limit.allows(1_000_000));
});

test("a loop that is a little late costs a tenth of what is in flight, one that is very late half of it", () => {
  assert.deepEqual(observe(new AdmissionLimit(), { delayMs: 21 }), [900]);
  assert.deepEqual(observe(new AdmissionLimit(), { delayMs: 25 }), [800]);
  assert.deepEqual(observe(new AdmissionLimit(), { delayMs: 5_000 }), [500]);
});

test("goes down as long as the loop is late, and never below what cannot be the cause", () => {
  const limits = observe(new AdmissionLimit(), { delayMs: 40, intervals: 10 });
  assert.deepEqual(limits.slice(0, 4), [500, 250, 125, 64]);
  assert.equal(limits.at(-1), LEAST_LIMIT);
});

test("goes down no further while more are in flight than may be: what it did has not had its effect", () => {
  const limit = new AdmissionLimit();
  assert.deepEqual(observe(limit, { delayMs: 40, inFlight: 1_000 }), [500]);
  assert.deepEqual(observe(limit, { delayMs: 40, inFlight: 900, intervals: 3 }), [500, 500, 500]);
  assert.deepEqual(observe(limit, { delayMs: 40, inFlight: 500 }), [250]);
});

test("while requests are let in and then find no place at a service, a smaller delay counts as late", () => {
  const limit = new AdmissionLimit();
  assert.deepEqual(observe(limit, { delayMs: 8 }), [Number.POSITIVE_INFINITY]);
  assert.deepEqual(observe(limit, { delayMs: 8, wasted: 1, intervals: 2 }), [625, 390]);
  assert.deepEqual(observe(limit, { delayMs: 8, refused: 9 }), [397], "nothing is wasted any more");
});

test("a slow service alone, which has no place for requests and leaves the loop in time, costs nothing", () => {
  const limit = new AdmissionLimit();
  observe(limit, { delayMs: 5, wasted: 500, intervals: 50 });
  assert.ok(limit.allows(1_000_000));
});

test("tries more by and by where requests are refused and the loop keeps up", () => {
  const limit = new AdmissionLimit();
  observe(limit, { delayMs: 40, intervals: 3 });
  assert.deepEqual(observe(limit, { delayMs: 5, refused: 10, intervals: 3, from: 300 }), [127, 129, 131]);
});

test("forgets the limit when nothing was refused for two seconds", () => {
  const limit = new AdmissionLimit();
  observe(limit, { delayMs: 40, intervals: 3 });
  const after = observe(limit, { delayMs: 0, peak: 3, intervals: 20, from: 300 });
  assert.equal(after.at(-3), 125);
  assert.equal(after.at(-1), Number.POSITIVE_INFINITY);
});
