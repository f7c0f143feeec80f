import assert from "node:assert/strict";
import { test } from "node:test";
import { openLab } from "./lab.ts";

test("a lab gives its process back the cores that it had, so that the next one can pin too", async () => {
  const first = await openLab({ pinned: true });
  await first[Symbol.asyncDispose]();
  const second = await openLab({ pinned: true });
  await second[Symbol.asyncDispose]();
  assert.deepEqual(second.cores, first.cores);
});
