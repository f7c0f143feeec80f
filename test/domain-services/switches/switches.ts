import { Type } from "typebox";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import { seededRandom } from "../seed/random.ts";
import type { SeededRandom } from "../seed/random.ts";

const strict = <Members extends Type.TProperties>(members: Members) =>
  Type.Object(members, { additionalProperties: false });

/** Longer than any test waits: a mistake in the unit ends here. */
const Milliseconds = Type.Number({ minimum: 0, maximum: 600_000 });
const Ratio = Type.Number({ minimum: 0, maximum: 1, default: 1 });
const Stop = strict({
  ratio: Ratio,
  phase: Type.Enum(["before-headers", "mid-body"], { default: "before-headers" }),
});
const Positive = Type.Number({ exclusiveMinimum: 0, maximum: 600_000 });

const DELAYS = {
  fixed: strict({ distribution: Type.Literal("fixed", { default: "fixed" }), ms: Milliseconds }),
  uniform: strict({ distribution: Type.Literal("uniform"), minMs: Milliseconds, maxMs: Milliseconds }),
  lognormal: strict({ distribution: Type.Literal("lognormal"), medianMs: Positive, p99Ms: Milliseconds }),
};

/** How long answers are held back, in ms. */
export type Delay = Static<(typeof DELAYS)[keyof typeof DELAYS]>;

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

const OTHERS = {
  fail: Type.Optional(
    strict({
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      ratio: Ratio,
      retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
    }),
  ),
  hang: Type.Optional(Stop),
  reset: Type.Optional(Stop),
  break: Type.Optional(Type.Enum([...BREAKS])),
  paths: Type.Optional(Type.Array(Type.String({ pattern: "^/" }), { minItems: 1 })),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffffffff })),
};

/** How a service is told to misbehave. The README explains each member. Ratios are 0 to 1. */
export type Switches = Static<Type.TObject<typeof OTHERS>> & { delay?: Delay };

/** Switches that cannot be used. The message says which member, and what it takes. */
export class SwitchesError extends Error {
  override readonly name = "SwitchesError";
}

/**
 * Reads a JSON value as switches, with the defaults filled in.
 * @throws SwitchesError if it does not fit
 */
export function parseSwitches(value: unknown): Switches {
  const { delay } = typeof value === "object" && value !== null && "delay" in value ? value : {};
  const named =
    typeof delay === "object" && delay !== null && "distribution" in delay ? delay.distribution : "fixed";
  const kinds = Object.entries(DELAYS);
  const [, kind] = kinds.find(([name]) => name === named) ?? [];
  if (kind === undefined) {
    const names = kinds.map(([name]) => name).join(", ");
    throw new SwitchesError(`delay.distribution must be one of ${names}, got ${JSON.stringify(named)}`);
  }
  // With only the kind of delay that the value names, a complaint is about that kind.
  const schema = strict({ ...OTHERS, delay: Type.Optional(kind) });
  const switches: unknown = Value.Default(schema, structuredClone(value));
  if (!Value.Check(schema, switches)) throw new SwitchesError(complaint(schema, switches));
  const drawn = switches.delay;
  if (drawn?.distribution === "uniform" && drawn.maxMs < drawn.minMs)
    throw new SwitchesError(
      `delay.maxMs must not be under delay.minMs, got ${drawn.minMs} to ${drawn.maxMs}`,
    );
  if (drawn?.distribution === "lognormal" && drawn.p99Ms < drawn.medianMs)
    throw new SwitchesError(`delay needs medianMs <= p99Ms, got ${drawn.medianMs} and ${drawn.p99Ms}`);
  return switches;
}

/** The first thing that does not fit, in words. */
function complaint(schema: Type.TSchema, value: unknown): string {
  // TypeBox reports an unknown member twice, first as a schema that is false.
  const error = Value.Errors(schema, value).find(({ keyword }) => keyword !== "boolean");
  if (error === undefined) return "the switches cannot be used";
  const { instancePath, keyword, params, message } = error;
  const where = instancePath.slice(1).replaceAll("/", ".") || "the switches";
  if (keyword === "additionalProperties")
    return `${where} must not have a member '${params.additionalProperties.join("', '")}'`;
  const what = keyword === "enum" ? `must be one of ${params.allowedValues.join(", ")}` : message;
  return `${where} ${what}, got ${JSON.stringify(Value.Pointer.Get(value, instancePath)).slice(0, 60)}`;
}

/** What happens to an answer. */
export type Outcome =
  | { kind: "hang" | "reset"; phase: "before-headers" | "mid-body" }
  | { kind: "fail"; status: number; retryAfterSeconds?: number }
  | { kind: "break"; how: (typeof BREAKS)[number] }
  | { kind: "none" };

/** The current switches. */
export interface SwitchBoard {
  show(): Switches;
  /** Replaces all switches, and starts `times` and the draws again. */
  set(switches: Switches): void;
  /**
   * What happens to a call of `path` (without its query); undefined if nothing is switched on for
   * it.
   */
  draw(path: string): { delayMs: number; outcome: Outcome } | undefined;
}

/** Creates a board with `initial` switches. */
export function switchBoard(initial: Switches): SwitchBoard {
  let current: Switches;
  let random: SeededRandom;
  let left: number;
  const set = (switches: Switches): void => {
    current = switches;
    random = seededRandom(switches.seed ?? 1);
    left = switches.times ?? Number.POSITIVE_INFINITY;
  };
  set(initial);
  return {
    show: () => current,
    set,
    draw(path) {
      const { delay, fail, hang, reset, break: how, paths } = current;
      const isOn = [delay, fail, hang, reset, how].some((member) => member !== undefined);
      const isMeant = paths === undefined || paths.some((prefix) => path.startsWith(prefix));
      if (left <= 0 || !isOn || !isMeant) return undefined;
      left -= 1;
      return { delayMs: drawDelay(delay, random), outcome: drawOutcome(current, random) };
    },
  };
}

/** The first of hang, reset, fail and break that hits. */
function drawOutcome({ hang, reset, fail, break: how }: Switches, random: SeededRandom): Outcome {
  if (hang !== undefined && random.chance(hang.ratio)) return { kind: "hang", phase: hang.phase };
  if (reset !== undefined && random.chance(reset.ratio)) return { kind: "reset", phase: reset.phase };
  if (fail !== undefined && random.chance(fail.ratio)) return { kind: "fail", ...fail };
  return how === undefined ? { kind: "none" } : { kind: "break", how };
}

/** The 99th percentile of the standard normal distribution, in standard deviations. */
const Z_99 = 2.326_347_874;

/** A delay in ms. Service times look log-normal: most are similar, and a few are very long. */
export function drawDelay(delay: Delay | undefined, random: SeededRandom): number {
  if (delay === undefined) return 0;
  if (delay.distribution === "fixed") return delay.ms;
  if (delay.distribution === "uniform") return delay.minMs + random.next() * (delay.maxMs - delay.minMs);
  const sigma = Math.log(delay.p99Ms / delay.medianMs) / Z_99;
  // Box and Muller's transform; 1 - next() keeps the argument of the logarithm above 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return delay.medianMs * Math.exp(sigma * normal);
}
