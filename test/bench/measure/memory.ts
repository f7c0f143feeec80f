import { readFileSync } from "node:fs";

/** What a process holds of the machine's memory, bytes: `VmRSS` of proc(5). @throws Error where there is no such account */
export function rssBytes(pid: number): number {
  const kiB = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kiB === undefined) throw new Error(`expected VmRSS in /proc/${pid}/status, found none`);
  return Number(kiB) * 1_024;
}
