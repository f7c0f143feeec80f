import { execFileSync } from "node:child_process";

/** Which core does what: the measured program has one to itself, everything else shares another. */
export type Cores = {
  readonly measured: number;
  readonly others: number;
  /** All that this process may use, as `taskset` writes them: `0,1`. */
  readonly all: string;
};

/**
 * The cores of this process. Undefined where nothing can be pinned: without `taskset`, or on one
 * core.
 */
export function coresToPin(): Cores | undefined {
  try {
    const args = ["--cpu-list", "--pid", String(process.pid)];
    // "pid 12's current affinity list: 0,1"
    const told = execFileSync("taskset", args, { encoding: "utf8" });
    return coresOf(told.slice(told.lastIndexOf(":") + 1).trim());
  } catch {
    return undefined;
  }
}

/**
 * The last core of a list is for what is measured, the first for the rest. Containers may lack core
 * 0.
 */
export function coresOf(all: string): Cores | undefined {
  const numbers = all.match(/\d+/g)?.map(Number) ?? [];
  const [others, measured] = [numbers[0], numbers.at(-1)];
  if (others === undefined || measured === undefined || others === measured) return undefined;
  return { measured, others, all };
}

/** Moves this process, with the threads that it has so far, to one core or to a list of them. */
export function pinThisProcess(cores: number | string): void {
  const args = ["--all-tasks", "--cpu-list", "--pid", String(cores), String(process.pid)];
  execFileSync("taskset", args, { stdio: "ignore" });
}
