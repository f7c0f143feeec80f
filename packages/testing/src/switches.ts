import { seededRandom } from "./random.ts";

/** A number in [0, 1). */
type Random = () => number;

/** How long answers are held back, in ms. */
export type Delay =
  | { distribution: "fixed"; ms: number }
  | { distribution: "uniform"; minMs: number; maxMs: number }
  | { distribution: "lognormal"; medianMs: number; p99Ms: number };

const PHASES = ["before-headers", "mid-body"] as const;

/** How often an answer gets stuck or lost (0 to 1), and where. */
interface Stop {
  ratio: number;
  phase: (typeof PHASES)[number];
}

/** The ways to break the contract. */
export const BREAKS = [
  "missing-field",
  "wrong-type",
  "unknown-enum",
  "extra-fields",
  "not-json",
  "wrong-media-type",
  "empty-204",
  "redirect",
  "compressed",
  "too-large",
  "truncated",
] as const;

/** How a service is told to misbehave. The README explains each member. */
export interface Switches {
  delay?: Delay;
  fail?: { status: number; ratio: number; retryAfterSeconds?: number };
  hang?: Stop;
  reset?: Stop;
  break?: (typeof BREAKS)[number];
  cacheControl?: string;
  paths?: readonly string[];
  times?: number;
  seed?: number;
}

/** Switches that cannot be used. The message says which member, and what it takes. */
export class SwitchesError extends Error {
  override readonly name = "SwitchesError";
  /** Of the answer to a request that sent them. */
  readonly status = 400;
}

/** Longer than any test waits, in ms: a mistake in the unit ends here. */
const MAX_DELAY_MS = 600_000;

const DELAY_MEMBERS = {
  fixed: ["ms"],
  uniform: ["minMs", "maxMs"],
  lognormal: ["medianMs", "p99Ms"],
} as const;

/**
 * How each member is read. By hand: a schema library would add half to a service's time to start.
 */
const READERS: {
  readonly [Name in keyof Switches]-?: (value: unknown, name: string) => NonNullable<Switches[Name]>;
} = {
  delay: readDelay,
  fail(value, name) {
    const { status, ratio, retryAfterSeconds } = membersOf(value, name, [
      "status",
      "ratio",
      "retryAfterSeconds",
    ]);
    const fail = { status: whole(status, `${name}.status`, 400, 599), ratio: readRatio(ratio, name) };
    if (retryAfterSeconds === undefined) return fail;
    return { ...fail, retryAfterSeconds: whole(retryAfterSeconds, `${name}.retryAfterSeconds`, 0, 86_400) };
  },
  hang: readStop,
  reset: readStop,
  break: (value, name) => oneOf(value, name, BREAKS),
  cacheControl(value, name) {
    if (typeof value === "string" && /^[\x20-\x7e]+$/.test(value)) return value;
    throw new SwitchesError(`${name} must be the text of a header, got ${show(value)}`);
  },
  paths(value, name) {
    const paths: readonly unknown[] = Array.isArray(value) ? value : [];
    const known = paths.filter((path) => typeof path === "string" && path.startsWith("/"));
    if (known.length > 0 && known.length === paths.length) return known.map(String);
    throw new SwitchesError(
      `${name} must be a list of path prefixes that start with '/', got ${show(value)}`,
    );
  },
  times: (value, name) => whole(value, name, 1, 1_000_000),
  seed: (value, name) => whole(value, name, 0, 0xffffffff),
};

/**
 * Reads a JSON value as switches, with the defaults filled in.
 * @throws SwitchesError for the first member that does not fit
 */
export function parseSwitches(value: unknown): Switches {
  const given = membersOf(value, "the switches", Object.keys(READERS));
  const switches: Switches = {};
  for (const [name, read] of Object.entries(READERS))
    if (given[name] !== undefined) Object.assign(switches, { [name]: read(given[name], name) });
  return switches;
}

function readDelay(value: unknown, name: string): Delay {
  const { distribution = "fixed" } = membersOf(value, name);
  const kind = oneOf(distribution, `${name}.distribution`, ["fixed", "uniform", "lognormal"]);
  const members = membersOf(value, name, ["distribution", ...DELAY_MEMBERS[kind]]);
  const ms = (member: string): number => within(members[member], `${name}.${member}`, 0, MAX_DELAY_MS);
  if (kind === "fixed") return { distribution: kind, ms: ms("ms") };
  if (kind === "uniform") {
    const [minMs, maxMs] = [ms("minMs"), ms("maxMs")];
    if (minMs <= maxMs) return { distribution: kind, minMs, maxMs };
    throw new SwitchesError(`${name}.maxMs must not be under ${name}.minMs, got ${minMs} to ${maxMs}`);
  }
  const [medianMs, p99Ms] = [ms("medianMs"), ms("p99Ms")];
  if (medianMs > 0 && medianMs <= p99Ms) return { distribution: kind, medianMs, p99Ms };
  throw new SwitchesError(`${name} needs 0 < medianMs <= p99Ms, got ${medianMs} and ${p99Ms}`);
}

function readStop(value: unknown, name: string): Stop {
  const { ratio, phase = "before-headers" } = membersOf(value, name, ["ratio", "phase"]);
  return { ratio: readRatio(ratio, name), phase: oneOf(phase, `${name}.phase`, PHASES) };
}

const readRatio = (value: unknown, name: string): number =>
  value === undefined ? 1 : within(value, `${name}.ratio`, 0, 1);

function within(value: unknown, name: string, min: number, max: number, what = "number"): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new SwitchesError(`${name} must be a ${what} from ${min} to ${max}, got ${show(value)}`);
}

function whole(value: unknown, name: string, min: number, max: number): number {
  if (Number.isInteger(value)) return within(value, name, min, max, "whole number");
  throw new SwitchesError(`${name} must be a whole number from ${min} to ${max}, got ${show(value)}`);
}

function oneOf<Choice extends string>(value: unknown, name: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new SwitchesError(`${name} must be one of ${choices.join(", ")}, got ${show(value)}`);
}

/** An object's members. With `known`, it may have no others. */
function membersOf(value: unknown, name: string, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SwitchesError(`${name} must be a JSON object, got ${show(value)}`);
  const members: Record<string, unknown> = { ...value };
  const unknown = Object.keys(members).find((member) => known !== undefined && !known.includes(member));
  if (unknown === undefined) return members;
  throw new SwitchesError(`${name} has no member '${unknown}' here: it takes ${known?.join(", ")}`);
}

const show = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 60);

/** What happens to an answer. */
export type Outcome =
  | { kind: "hang" | "reset"; phase: Stop["phase"] }
  | { kind: "fail"; status: number; retryAfterSeconds?: number }
  | { kind: "break"; how: (typeof BREAKS)[number] }
  | { kind: "none" };

/** The current switches. */
export interface SwitchBoard {
  show(): Switches;
  /** Replaces all switches, and starts `times` and the draws again. */
  set(switches: Switches): Switches;
  /**
   * What happens to a call of `path` (without its query); undefined if nothing is switched on for
   * it.
   */
  draw(path: string): { delayMs: number; outcome: Outcome; cacheControl: string | undefined } | undefined;
}

/** Creates a board with `initial` switches. */
export function switchBoard(initial: Switches): SwitchBoard {
  let current: Switches;
  let random: Random;
  let left: number;
  const set = (switches: Switches): Switches => {
    current = switches;
    random = seededRandom(switches.seed ?? 1);
    left = switches.times ?? Number.POSITIVE_INFINITY;
    return switches;
  };
  set(initial);
  return {
    show: () => current,
    set,
    draw(path) {
      const { delay, fail, hang, reset, break: how, cacheControl, paths } = current;
      const isOn = [delay, fail, hang, reset, how, cacheControl].some((member) => member !== undefined);
      const isMeant = paths === undefined || paths.some((prefix) => path.startsWith(prefix));
      if (left <= 0 || !isOn || !isMeant) return undefined;
      left -= 1;
      return { delayMs: drawDelay(delay, random), outcome: drawOutcome(current, random), cacheControl };
    },
  };
}

/** The first of hang, reset, fail and break that hits. */
function drawOutcome({ hang, reset, fail, break: how }: Switches, random: Random): Outcome {
  if (hang !== undefined && random() < hang.ratio) return { kind: "hang", phase: hang.phase };
  if (reset !== undefined && random() < reset.ratio) return { kind: "reset", phase: reset.phase };
  if (fail !== undefined && random() < fail.ratio) return { kind: "fail", ...fail };
  return how === undefined ? { kind: "none" } : { kind: "break", how };
}

/** The 99th percentile of the standard normal distribution, in standard deviations. */
const Z_99 = 2.326_347_874;

/** A delay in ms. Service times look log-normal: most are similar, and a few are very long. */
export function drawDelay(delay: Delay | undefined, random: Random): number {
  if (delay === undefined) return 0;
  if (delay.distribution === "fixed") return delay.ms;
  if (delay.distribution === "uniform") return delay.minMs + random() * (delay.maxMs - delay.minMs);
  const sigma = Math.log(delay.p99Ms / delay.medianMs) / Z_99;
  // Box and Muller's transform; 1 - next() keeps the argument of the logarithm above 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return delay.medianMs * Math.exp(sigma * normal);
}
