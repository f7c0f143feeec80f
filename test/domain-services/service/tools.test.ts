import assert from "node:assert/strict";
import { it } from "node:test";
import { createWallClock } from "./tools.ts";

it("the clock of a service follows when the date is set, and is exact otherwise", (t) => {
  let jumpedMs = 0;
  const { now } = Date;
  t.mock.method(Date, "now", () => now() + jumpedMs);
  const clock = createWallClock();
  const isNear = (time: number) => Math.abs(clock.now() - time) <= 1_000;
  assert.ok(isNear(Date.now()));
  for (const ms of [3_600_000, -3_600_000, 0]) {
    jumpedMs = ms;
    assert.ok(isNear(Date.now()), `${ms} ms`);
  }
  const [first, second] = [clock.now(), clock.now()];
  assert.ok(first < second && second < first + 1);
});
