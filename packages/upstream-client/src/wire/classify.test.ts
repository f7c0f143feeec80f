import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyResponseHead } from "./classify.ts";

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);
const options = { maxResponseBytes: 1_000, clock: { wallNow: () => NOW } };

for (const [value, ms] of [
  ["0", 0],
  ["3", 3_000],
  ["99999999999999999999", 1e12],
  ["Tue, 24 Nov 2026 12:00:05 GMT", 5_000],
  ["Tuesday, 24-Nov-26 12:00:05 GMT", 5_000],
  ["Tue Nov 24 12:00:05 2026", 5_000],
  ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
  ["-1", undefined],
  ["0.5", undefined],
  ["1e3", undefined],
  ["2026-11-24T12:00:05Z", undefined],
  ["soon", undefined],
  ["", undefined],
  [["1", "2"], undefined],
  [undefined, undefined],
] as const) {
  test(`Retry-After: ${JSON.stringify(value)} is ${ms} ms`, () => {
    const headers = { "retry-after": typeof value === "object" ? [...value] : value };
    assert.equal(classifyResponseHead(503, headers, options)?.retryAfterMs, ms);
  });
}
