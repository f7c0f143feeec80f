import type { ScreenResult } from "../run/run-screen.ts";

/** The value of `Server-Timing` (W3C Server Timing): an entry per section and `total`, milliseconds. */
export function serverTiming(result: ScreenResult, totalMs: number): string {
  const entries = result.sections.map((section) => entry(section.name, section.durationMs));
  entries.push(entry("total", totalMs));
  return entries.join(", ");
}

function entry(name: string, ms: number): string {
  return `${name};dur=${ms.toFixed(1)}`;
}
