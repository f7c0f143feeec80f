import assert from "node:assert/strict";
import { test } from "node:test";
import { Lab } from "./lab.ts";

test("a lab gives its process back the cores that it had, so that the next one can pin too", async () => {
  const first = await Lab.open({ pinned: true });
  await first[Symbol.asyncDispose]();
  const second = await Lab.open({ pinned: true });
  await second[Symbol.asyncDispose]();
  assert.deepEqual(second.cores, first.cores);
});
