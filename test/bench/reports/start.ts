import { BARE_WEB, MOBILE_BFF, PARTNER_BFF, WEB_BFF } from "../contenders/contenders.ts";
import { quantile } from "../measure/statistics.ts";
import { report } from "../report/report.ts";
import type { Figure, Report } from "../report/report.ts";

/** One start, in ms. */
type Start = { readonly readyMs: number; readonly cpuMs: number };

const READY: Figure<Start> = { head: "ready after ms", of: ({ readyMs }) => readyMs, compared: true };
const BFFS = [WEB_BFF, MOBILE_BFF, PARTNER_BFF];

/**
 * How long a BFF takes from the start of its process until it listens, by its own first log line.
 */
export function startReport(): Report {
  return report<Start>({
    name: "start",
    title: "start of a process",
    method:
      "From the start of the process until its first log line, which says the time. A first start of each does not count: it warms the disk and leaves what V8 compiled.",
    programs: () => [BARE_WEB, ...BFFS].map((contender) => ({ contender })),
    // Only a process that ends of itself leaves what V8 compiled.
    warmUp: ({ program }) => program.end(),
    rounds: 7,
    async measure({ contender }, lab) {
      const { program } = await lab.start({ contender });
      await program.end();
      return { readyMs: program.readyMs, cpuMs: program.readyCpuMs };
    },
    figures: [
      READY,
      { head: "slowest ms", of: ({ readyMs }) => readyMs, over: (all) => quantile(all, 1) },
      { head: "CPU ms", of: ({ cpuMs }) => cpuMs },
    ],
    limits: BFFS.map(({ name }) => ({ figure: READY, of: name, relation: "at most", limit: 500 })),
  });
}
