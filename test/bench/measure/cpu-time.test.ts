import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuTimeNs, whyNotMeasurable } from "./cpu-time.ts";

test("counts the time that a process works", { skip: whyNotMeasurable() ?? false }, () => {
  const before = { ours: cpuTimeNs(process.pid), nodes: process.cpuUsage() };
  while (cpuTimeNs(process.pid) - before.ours < 50e6) JSON.parse("[1,2,3]");
  const { user, system } = process.cpuUsage(before.nodes);
  assert.ok(user + system >= 45_000, `Node counted ${user + system} µs while we counted 50 ms`);
});
