import { parseArgs } from "node:util";

export type LatencyOptions = {
  /** Few repetitions: whether it works, and roughly what comes out. */
  readonly quick: boolean;
  /** Whether the numbers go into docs/latency.md. */
  readonly write: boolean;
};

export const USAGE = "npm run latency-report -- [--quick | --write]";

/** @throws TypeError for what is no option, and for a quick run that would be written down */
export function readOptions(args: readonly string[]): LatencyOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: "boolean", default: false }, write: { type: "boolean", default: false } },
  });
  if (values.quick && values.write) {
    throw new TypeError("--write expects a whole run, got --quick too: leave one out");
  }
  return values;
}
