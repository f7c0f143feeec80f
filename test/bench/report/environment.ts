import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** The machine that numbers were taken on. */
export type Environment = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Load average of the last minute: what else the machine had to do. */
  readonly load: number;
  readonly pinned: string;
  readonly services: string;
  readonly at: string;
};

export function describeEnvironment(about: Pick<Environment, "pinned" | "services">): Environment {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}${inContainer() ? ", in a container" : ""}`,
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    at: new Date().toISOString(),
    ...about,
  };
}

export function environmentLine(environment: Environment): string {
  const { cpu, cores, memoryGiB, system, node, load, pinned, services, at } = environment;
  return [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB; ${system}; Node ${node}`,
    `services: ${services}; ${pinned}; load average ${load}; ${at}`,
  ].join("\n");
}

function inContainer(): boolean {
  try {
    return !/^0::\/(?:init\.scope)?$/m.test(readFileSync("/proc/1/cgroup", "utf8"));
  } catch {
    return false;
  }
}
