import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Cores } from "../lab/cores.ts";

/** In a line, the machine that numbers were measured on. @param cores of the programs, if pinned */
export function environmentLine(cores: Cores | undefined): string {
  const all = cpus();
  const pinned =
    cores === undefined
      ? "no process is pinned"
      : `each measured program on core ${cores.measured}, the rest on core ${cores.others}`;
  return [
    `${all[0]?.model.trim() ?? "unknown"}, ${all.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()}`,
    `Node ${process.version}`,
    pinned,
    // What else the machine had to do in the last minute.
    `load average ${(loadavg()[0] ?? 0).toFixed(1)}`,
    new Date().toISOString(),
  ].join("; ");
}
