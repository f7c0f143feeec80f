import assert from "node:assert/strict";
import { test } from "node:test";
import { Link } from "./link.ts";

/** A clock that jumps to what is due next when it is told to run. */
function steppedClock() {
  let due: { readonly at: number; readonly fire: () => void }[] = [];
  const clock = {
    time: 0,
    now: () => clock.time,
    setTimer(ms: number, fire: () => void) {
      due.push({ at: clock.time + ms, fire });
      return () => undefined;
    },
    run() {
      for (;;) {
        const [next] = due.toSorted((a, b) => a.at - b.at);
        if (next === undefined) return;
        due = due.filter((one) => one !== next);
        clock.time = Math.max(clock.time, next.at);
        next.fire();
      }
    },
  };
  return clock;
}

/** 1,500 bytes with their headers are 12,000 bits: at 1,200 kbit/s 10 ms. */
const SEGMENT = Buffer.alloc(1_448);

function linkOn(clock: ReturnType<typeof steppedClock>) {
  const arrivals: number[] = [];
  const link = new Link({ kbps: 1_200, delayMs: 50, clock });
  return { link, arrivals, arrived: () => void arrivals.push(clock.time) };
}

test("bytes arrive after the delay and the time that the rate needs for them", () => {
  const clock = steppedClock();
  const { link, arrivals, arrived } = linkOn(clock);
  link.send(Buffer.concat([SEGMENT, SEGMENT]), 0, arrived);
  clock.run();
  assert.deepEqual(arrivals, [60, 70]);
});

test("bytes sent at the same time share the rate, and an idle link saves up nothing", () => {
  const clock = steppedClock();
  const { link, arrivals, arrived } = linkOn(clock);
  link.send(SEGMENT, 0, arrived);
  link.send(SEGMENT, 0, arrived);
  clock.run();
  clock.time = 1_000;
  link.send(SEGMENT, 0, arrived);
  clock.run();
  assert.deepEqual(arrivals, [60, 70, 1_060]);
  assert.equal(link.bytes, 3 * 1_448);
});

test("no byte leaves early, and the end follows the last byte", () => {
  const clock = steppedClock();
  const { link } = linkOn(clock);
  const arrived: string[] = [];
  link.send(Buffer.from("last words"), 200, (segment) =>
    arrived.push(`${segment.toString()} ${clock.time > 250}`),
  );
  link.end(200, () => arrived.push("end"));
  clock.run();
  assert.deepEqual(arrived, ["last words true", "end"]);
});
