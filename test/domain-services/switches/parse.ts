import { BREAKS, PHASES } from "./switches.ts";
import type { Break, Delay, Phase, Switches } from "./switches.ts";

/** Switches that cannot be used; the message says which member and what it takes. */
export class SwitchesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SwitchesError";
  }
}

/** Longer than any test waits; a typing error in the unit ends here. */
const MAX_DELAY_MS = 600_000;

/** Reads a JSON value as switches, strictly. @throws SwitchesError for the first member that does not fit. */
export function parseSwitches(value: unknown): Switches {
  const members = membersOf(value, "the switches", [
    "delay",
    "fail",
    "hang",
    "reset",
    "break",
    "paths",
    "times",
    "seed",
  ]);
  const switches: Switches = {};
  if (members["delay"] !== undefined) switches.delay = parseDelay(members["delay"]);
  if (members["fail"] !== undefined) switches.fail = parseFail(members["fail"]);
  if (members["hang"] !== undefined) switches.hang = parseStop(members["hang"], "hang");
  if (members["reset"] !== undefined) switches.reset = parseStop(members["reset"], "reset");
  if (members["break"] !== undefined) switches.break = parseBreak(members["break"]);
  if (members["paths"] !== undefined) switches.paths = parsePaths(members["paths"]);
  if (members["times"] !== undefined) switches.times = within(members["times"], "times", 1, 1_000_000, true);
  if (members["seed"] !== undefined) switches.seed = within(members["seed"], "seed", 0, 0xffffffff, true);
  return switches;
}

function parseDelay(value: unknown): Delay {
  const members = membersOf(value, "delay", ["ms", "distribution", "minMs", "maxMs", "medianMs", "p99Ms"]);
  switch (members["distribution"]) {
    case undefined:
    case "fixed": {
      onlyMembers(members, "delay", ["distribution", "ms"]);
      return { distribution: "fixed", ms: milliseconds(members["ms"], "delay.ms") };
    }
    case "uniform": {
      onlyMembers(members, "delay", ["distribution", "minMs", "maxMs"]);
      const minMs = milliseconds(members["minMs"], "delay.minMs");
      const maxMs = milliseconds(members["maxMs"], "delay.maxMs");
      if (maxMs < minMs)
        throw new SwitchesError(`delay.maxMs must not be under delay.minMs, got ${minMs} to ${maxMs}`);
      return { distribution: "uniform", minMs, maxMs };
    }
    case "lognormal": {
      onlyMembers(members, "delay", ["distribution", "medianMs", "p99Ms"]);
      const medianMs = milliseconds(members["medianMs"], "delay.medianMs");
      const p99Ms = milliseconds(members["p99Ms"], "delay.p99Ms");
      if (medianMs <= 0 || p99Ms < medianMs) {
        throw new SwitchesError(`delay needs 0 < medianMs <= p99Ms, got ${medianMs} and ${p99Ms}`);
      }
      return { distribution: "lognormal", medianMs, p99Ms };
    }
    default:
      throw new SwitchesError(
        `delay.distribution must be fixed, uniform or lognormal, got ${show(members["distribution"])}`,
      );
  }
}

function parseFail(value: unknown): NonNullable<Switches["fail"]> {
  const members = membersOf(value, "fail", ["status", "ratio", "retryAfterSeconds"]);
  const fail = {
    status: within(members["status"], "fail.status", 400, 599, true),
    ratio: ratioOf(members["ratio"], "fail"),
  };
  if (members["retryAfterSeconds"] === undefined) return fail;
  return {
    ...fail,
    retryAfterSeconds: within(members["retryAfterSeconds"], "fail.retryAfterSeconds", 0, 86_400, true),
  };
}

function parseStop(value: unknown, name: "hang" | "reset"): { ratio: number; phase: Phase } {
  const members = membersOf(value, name, ["ratio", "phase"]);
  const wanted = members["phase"] ?? "before-headers";
  const phase = PHASES.find((candidate) => candidate === wanted);
  if (phase === undefined)
    throw new SwitchesError(`${name}.phase must be ${PHASES.join(" or ")}, got ${show(wanted)}`);
  return { ratio: ratioOf(members["ratio"], name), phase };
}

function parseBreak(value: unknown): Break {
  const found = BREAKS.find((candidate) => candidate === value);
  if (found === undefined)
    throw new SwitchesError(`break must be one of ${BREAKS.join(", ")}, got ${show(value)}`);
  return found;
}

function parsePaths(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new SwitchesError(`paths must be a list of at least one path prefix`);
  return value.map((path: unknown) => {
    if (typeof path === "string" && path.startsWith("/")) return path;
    throw new SwitchesError(`paths must hold prefixes that start with '/', got ${show(path)}`);
  });
}

const ratioOf = (value: unknown, name: string): number =>
  value === undefined ? 1 : within(value, `${name}.ratio`, 0, 1, false);

const milliseconds = (value: unknown, name: string): number => within(value, name, 0, MAX_DELAY_MS, false);

function within(value: unknown, name: string, min: number, max: number, isWhole: boolean): number {
  if (typeof value === "number" && value >= min && value <= max && (!isWhole || Number.isInteger(value)))
    return value;
  throw new SwitchesError(
    `${name} must be a ${isWhole ? "whole " : ""}number from ${min} to ${max}, got ${show(value)}`,
  );
}

function membersOf(value: unknown, name: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SwitchesError(`${name} must be a JSON object, got ${show(value)}`);
  }
  const members: Record<string, unknown> = { ...value };
  onlyMembers(members, name, known);
  return members;
}

function onlyMembers(
  members: Readonly<Record<string, unknown>>,
  name: string,
  known: readonly string[],
): void {
  const unknown = Object.keys(members).find((member) => !known.includes(member));
  if (unknown !== undefined)
    throw new SwitchesError(`${name} has no member '${unknown}' here: it takes ${known.join(", ")}`);
}

const show = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 60);
