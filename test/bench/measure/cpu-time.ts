import { readFileSync, readdirSync } from "node:fs";
import type { PageClient } from "../load/page-client.ts";

/**
 * The CPU time that a process has used so far, in nanoseconds, over all its threads (the event
 * loop, the garbage collector, the thread pool). It comes from the kernel's account of each thread
 * (`/proc/<pid>/task/<tid>/schedstat`, proc(5)), since `/proc/<pid>/stat` counts in steps of 10 ms.
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

/** Says why nothing can be measured on this machine. Undefined where it can. */
export function whyNotMeasurable(): string | undefined {
  try {
    if (cpuTimeNs(process.pid) > 0) return undefined;
    return "the kernel counts no time in /proc/<pid>/schedstat";
  } catch {
    return "there is no /proc/<pid>/schedstat: CPU time is taken from Linux's account of each process";
  }
}

/** How often a slice that met a pause of the machine is taken again. */
const MAX_ATTEMPTS = 10;

/**
 * Asks a program for so many pages and returns what one of them cost its process, in µs of CPU
 * time. A slice counts only if all its pages were whole, since a degraded page costs less.
 *
 * @throws Error when no slice comes out whole
 */
export async function pageCost(
  running: {
    readonly program: { readonly pid: number };
    readonly client: PageClient;
    readonly bytes: number;
  },
  pages: number,
): Promise<number> {
  const { program, client, bytes } = running;
  let broken = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const before = cpuTimeNs(program.pid);
    broken = await client.pages(pages, bytes);
    if (broken === 0) return (cpuTimeNs(program.pid) - before) / 1_000 / pages;
  }
  throw new Error(
    `expected ${pages} whole pages, ${broken} were not, ${MAX_ATTEMPTS} times in a row: is the machine very busy?`,
  );
}
