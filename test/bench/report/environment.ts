import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Cores } from "../lab/cores.ts";

/** The machine that numbers were measured on. */
export type Environment = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** The load average of the last minute: what else the machine had to do. */
  readonly load: number;
  /** Which process was pinned to which core. */
  readonly pinned: string;
  readonly at: string;
};

/** Describes this machine now. @param cores that the programs were pinned to, if any */
export function describeEnvironment(cores: Cores | undefined): Environment {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    pinned:
      cores === undefined
        ? "no process is pinned"
        : `each measured program on core ${cores.measured}, the rest on core ${cores.others}`,
    at: new Date().toISOString(),
  };
}

/** A description in a line. */
export function environmentLine(environment: Environment): string {
  const { cpu, cores, memoryGiB, system, node, load, pinned, at } = environment;
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${system}; Node ${node}; ${pinned}; load average ${load}; ${at}`;
}
