import type { SeededRandom } from "../seed/random.ts";
import type { Break, Delay, Phase, Switches } from "./switches.ts";

/** What one call suffers. */
export interface Fault {
  delayMs: number;
  outcome:
    | { kind: "hang"; phase: Phase }
    | { kind: "reset"; phase: Phase }
    | { kind: "fail"; status: number; retryAfterSeconds: number | undefined }
    | { kind: "break"; how: Break }
    | { kind: "none" };
}

/** The 99th percentile of the standard normal distribution, in standard deviations. */
const Z_99 = 2.326_347_874;

/** What a call suffers under these switches. */
export function drawFault(switches: Switches, random: SeededRandom): Fault {
  return { delayMs: drawDelay(switches.delay, random), outcome: drawOutcome(switches, random) };
}

/** The first that hits: hang, reset, fail, break. */
function drawOutcome({ hang, reset, fail, break: how }: Switches, random: SeededRandom): Fault["outcome"] {
  if (hang !== undefined && random.chance(hang.ratio)) return { kind: "hang", phase: hang.phase };
  if (reset !== undefined && random.chance(reset.ratio)) return { kind: "reset", phase: reset.phase };
  if (fail !== undefined && random.chance(fail.ratio)) {
    return { kind: "fail", status: fail.status, retryAfterSeconds: fail.retryAfterSeconds };
  }
  return how === undefined ? { kind: "none" } : { kind: "break", how };
}

/** A delay in ms. The log-normal one is what service times look like: a bulk and a long tail. */
export function drawDelay(delay: Delay | undefined, random: SeededRandom): number {
  if (delay === undefined) return 0;
  if (delay.distribution === "fixed") return delay.ms;
  if (delay.distribution === "uniform") return delay.minMs + random.next() * (delay.maxMs - delay.minMs);
  const sigma = Math.log(delay.p99Ms / delay.medianMs) / Z_99;
  return delay.medianMs * Math.exp(sigma * standardNormal(random));
}

/** Box and Muller's transform; 1 - next() keeps the logarithm's argument above 0. */
function standardNormal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
