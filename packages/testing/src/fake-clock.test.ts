import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "./fake-clock.ts";

test("time passes only when the test moves it, and the date with it", () => {
  const clock = new FakeClock({ startsAt: 1_000 });
  assert.deepEqual([clock.now(), clock.wallNow()], [0, 1_000]);
  clock.advance(5);
  clock.pass(5);
  assert.deepEqual([clock.now(), clock.wallNow()], [10, 1_010]);
  clock.jumpDate(-500);
  assert.deepEqual([clock.now(), clock.wallNow()], [10, 510], "a jump of the date is not time");
});

test("timers fire once, in the order of their times, and not before", () => {
  const clock = new FakeClock();
  const fired: string[] = [];
  clock.setTimer(20, () => fired.push("late"));
  clock.setTimer(10, () => fired.push("early"));
  const cancel = clock.setTimer(10, () => fired.push("never"));
  cancel();
  cancel();
  clock.advance(9);
  assert.deepEqual(fired, []);
  clock.advance(11);
  clock.advance(100);
  assert.deepEqual(fired, ["early", "late"]);
  assert.equal(clock.pending, 0);
});

test("`advance` jumps, `advanceInTurns` goes from timer to timer, `pass` fires nothing", async () => {
  const jumping = new FakeClock();
  const at: number[] = [];
  const every10 = (clock: FakeClock): void =>
    void clock.setTimer(10, () => {
      at.push(clock.now());
      every10(clock);
    });
  every10(jumping);
  jumping.pass(35);
  assert.deepEqual(at, []);
  jumping.advance(0);
  assert.deepEqual(at.splice(0), [35], "what a timer sets waits for the next call");

  const stepping = new FakeClock();
  every10(stepping);
  await stepping.advanceInTurns(35);
  assert.deepEqual([...at, stepping.now()], [10, 20, 30, 35]);
});

test("short waits are over in the next turn of the event loop, unless they are cancelled", async () => {
  const clock = new FakeClock({ shortWaitMs: 250 });
  const fired: number[] = [];
  for (const ms of [250, 251]) clock.setTimer(ms, () => fired.push(ms));
  clock.setTimer(1, () => fired.push(1))();
  await new Promise(setImmediate);
  assert.deepEqual([fired, clock.now()], [[250], 0]);
});
