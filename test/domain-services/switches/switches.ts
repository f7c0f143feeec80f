/** How long every answer is held back, in ms. */
export type Delay =
  | { distribution: "fixed"; ms: number }
  | { distribution: "uniform"; minMs: number; maxMs: number }
  | { distribution: "lognormal"; medianMs: number; p99Ms: number };

/** Where on the way an answer gets stuck or lost. */
export type Phase = "before-headers" | "mid-body";

export const PHASES: readonly Phase[] = ["before-headers", "mid-body"];

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

/** A way to break the contract. */
export type Break = (typeof BREAKS)[number];

/** How a service is told to misbehave. Ratios are 0 to 1, of the matching calls. */
export interface Switches {
  delay?: Delay;
  fail?: { status: number; ratio: number; retryAfterSeconds?: number };
  hang?: { ratio: number; phase: Phase };
  reset?: { ratio: number; phase: Phase };
  break?: Break;
  /** Path prefixes; without them every path is meant. */
  paths?: readonly string[];
  /** Only that many matching calls from now on. */
  times?: number;
  /** Of the draws; the same seed and the same calls misbehave in the same way. */
  seed?: number;
}
