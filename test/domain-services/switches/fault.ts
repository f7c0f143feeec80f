import { seededRandom } from "../seed/random.ts";
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

/** The switches as they stand now. */
export interface SwitchBoard {
  show(): Switches;
  set(switches: Switches): void;
  /** What a call to `path` (without its query) suffers, or null where nothing is switched on for it. */
  draw(path: string): Fault | null;
}

/** The 99th percentile of the standard normal distribution, in standard deviations. */
const Z_99 = 2.326_347_874;

/** A board with `initial` switches, to which nothing but the admin port has access. */
export function switchBoard(initial: Switches): SwitchBoard {
  let current = initial;
  let random = seededRandom(current.seed ?? 1);
  let left = current.times ?? Number.POSITIVE_INFINITY;
  return {
    show: () => current,
    set(switches) {
      current = switches;
      random = seededRandom(switches.seed ?? 1);
      left = switches.times ?? Number.POSITIVE_INFINITY;
    },
    draw(path) {
      if (left <= 0 || !isOn(current) || !isMeant(current, path)) return null;
      left -= 1;
      return { delayMs: drawDelay(current.delay, random), outcome: drawOutcome(current, random) };
    },
  };
}

const isOn = ({ delay, fail, hang, reset, break: how }: Switches): boolean =>
  delay !== undefined || fail !== undefined || hang !== undefined || reset !== undefined || how !== undefined;

const isMeant = ({ paths }: Switches, path: string): boolean =>
  paths === undefined || paths.some((prefix) => path.startsWith(prefix));

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
