import assert from "node:assert/strict";
import { test } from "node:test";
import { Lab } from "./lab.ts";

test("a lab leaves its process the cores that it found, so that the next one can pin, too", async () => {
  const first = await Lab.open({ pinned: true });
  await first[Symbol.asyncDispose]();
  const second = await Lab.open({ pinned: true });
  await second[Symbol.asyncDispose]();
  assert.deepEqual(second.cores, first.cores);
});
