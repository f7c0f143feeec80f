import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Who gets which core: the program that is measured has one to itself, all others share another. */
export type Cores = {
  readonly measured: number;
  readonly others: number;
  /** All that this process may use, as `taskset` writes them (`0,1`). */
  readonly all: string;
};

/** @returns undefined where processes cannot be pinned: no `taskset`, or one core */
export function coresToPin(): Cores | undefined {
  if (availableParallelism() < 2) return undefined;
  let told: string;
  try {
    told = execFileSync("taskset", ["--cpu-list", "--pid", String(process.pid)], { encoding: "utf8" });
  } catch {
    return undefined;
  }
  // "pid 12's current affinity list: 0,1"
  return coresOf(told.slice(told.lastIndexOf(":") + 1).trim());
}

/** The last core of a list for what is measured, and the first for all else: a container may have other cores than the first ones. */
export function coresOf(all: string): Cores | undefined {
  const numbers = all.match(/\d+/g)?.map(Number) ?? [];
  const [others, measured] = [numbers[0], numbers.at(-1)];
  if (others === undefined || measured === undefined || others === measured) return undefined;
  return { measured, others, all };
}

/** A command that keeps to a core from its first instruction on. `taskset` becomes it, so the process is the same. */
export function pinned(
  core: number | undefined,
  [program = "", ...args]: readonly string[],
): readonly [program: string, args: string[]] {
  if (core === undefined) return [program, args];
  return ["taskset", ["--cpu-list", String(core), program, ...args]];
}

/** Moves a running process, with the threads that it has so far, to one core or to a list of them. */
export function pin(pid: number, cores: number | string): void {
  execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(cores), String(pid)], {
    stdio: "ignore",
  });
}
