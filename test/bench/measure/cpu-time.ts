import { readFileSync, readdirSync } from "node:fs";

/**
 * The CPU time that a process has taken so far with all its threads (the loop, the garbage collector's, the pool's), ns, from the
 * kernel's account of each thread (proc(5), `/proc/<pid>/schedstat`): `/proc/<pid>/stat` counts in steps of 10 ms.
 *
 * @throws Error where the kernel keeps no such account
 */
export function cpuTimeNs(pid: number): number {
  let total = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [onCpu = ""] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    total += Number(onCpu);
  }
  return total;
}

/** Says why nothing can be measured on this machine; undefined where it can. */
export function whyNotMeasurable(): string | undefined {
  try {
    return cpuTimeNs(process.pid) > 0 ? undefined : "the kernel counts no time in /proc/<pid>/schedstat";
  } catch {
    return "there is no /proc/<pid>/schedstat: CPU time is taken from Linux's account of each process";
  }
}
