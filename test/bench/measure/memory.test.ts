import assert from "node:assert/strict";
import { test } from "node:test";
import { rssBytes } from "./memory.ts";
import { whyNotMeasurable } from "./cpu-time.ts";

test("tells the memory that a process holds", { skip: whyNotMeasurable() ?? false }, () => {
  const [ours, nodes] = [rssBytes(process.pid), process.memoryUsage.rss()];
  assert.ok(Math.abs(ours - nodes) < nodes / 4, `${ours} bytes, Node says ${nodes}`);
});
