import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "../load/open-loop.ts";
import { recoveredAfter, sortExchanges } from "./exchanges.ts";

const page = { status: 200, retryAfter: false, bytes: 100 };
const exchange = (tookMs: number, ended: Exchange["ended"], dueAt = 0): Exchange => ({
  dueAt,
  triedAt: dueAt + 0.5,
  sentAt: dueAt + 1,
  endedAt: dueAt + 1 + tookMs,
  ended,
});

test("counts whole pages in time as good, and everything else by its kind", () => {
  const sorted = sortExchanges(
    [
      exchange(10, page),
      exchange(1_001, page),
      exchange(12, { ...page, bytes: 40 }),
      exchange(3, { ...page, status: 503, retryAfter: true }),
      exchange(4, { ...page, status: 503 }),
      exchange(5, { ...page, status: 504, retryAfter: true }),
      exchange(0, "unsent"),
      exchange(0, { ...page, status: 0 }),
    ],
    { bytes: 100, patienceMs: 1_000 },
  );
  assert.deepEqual(sorted, {
    good: 1,
    refusals: [3, 4],
    unadvised: 1,
    failed: 1,
    late: 1,
    degraded: 1,
    unsent: 1,
    broken: 1,
    loadLateMs: 0.5,
  });
});

test("a program has recovered in the first second that is as fast as before", () => {
  const before = [exchange(9, page), exchange(9, page)];
  const after = [
    exchange(500, page, 10_000),
    exchange(9, page, 10_500),
    exchange(3, { ...page, status: 503 }, 11_200),
    exchange(15, page, 12_900),
  ];
  assert.equal(recoveredAfter(before, after), 3);
  assert.equal(recoveredAfter(before, after.slice(0, 3)), Number.POSITIVE_INFINITY);
});
