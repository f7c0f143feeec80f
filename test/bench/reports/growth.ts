import { BARE_WEB, ROOMY_WEB_BFF } from "../contenders/contenders.ts";
import type { Entry } from "../lab/lab.ts";
import { pageCost } from "../measure/cpu-time.ts";
import { report } from "../report/report.ts";
import type { Report } from "../report/report.ts";
import { PAGE_COST } from "./pages.ts";

const DELAY_MS = 200;
/**
 * Pages in flight, and pages of a slice: enough for every place to be taken, few where one takes
 * 400 ms.
 */
const LEVELS = new Map([
  [256, 1_024],
  [1, 8],
  [32, 256],
  [2_000, 4_000],
]);
const [BASELINE = 0, ...OTHERS] = LEVELS.keys();

const nameOf = (inFlight: number): string => `${inFlight.toLocaleString("en")} in flight`;

/** What a page costs while more and more are in flight. */
export function growthReport(): Report {
  return report<number>({
    name: "growth",
    title: "growth: up to 2,000 pages in flight",
    method: `The web home page; each service answers after ${DELAY_MS} ms, so a page takes ${2 * DELAY_MS}. A BFF as it ships lets 64 calls in flight at a service and refuses pages that it has no time for. Here its bulkheads hold 8,192, its clock for deadlines goes at a fortieth of the speed, and nothing is refused. With 1 in flight a process sleeps nearly all the time, and pays for each waking: the bare program's page shows how much.`,
    delayMs: DELAY_MS,
    // A process for each level: what one level leaves to be done, such as closing 2,000 sockets,
    // must not count at another.
    programs: () => [
      ...[...LEVELS.keys()].map((inFlight): Entry => ({
        contender: ROOMY_WEB_BFF,
        name: nameOf(inFlight),
        inFlight,
      })),
      { contender: BARE_WEB, name: "bare, 1 in flight", inFlight: 1 },
    ],
    async warmUp({ client, bytes }) {
      await client.pages(12_000, bytes, 256);
    },
    rounds: 3,
    async measure(running) {
      const { client, bytes, inFlight = 1 } = running;
      // Its connections may have been closed since the last slice.
      await client.pages(inFlight, bytes);
      return pageCost(running, LEVELS.get(inFlight) ?? 0);
    },
    figures: [PAGE_COST],
    limits: OTHERS.map((inFlight) => ({
      figure: PAGE_COST,
      of: nameOf(inFlight),
      beside: nameOf(BASELINE),
      relation: "at most",
      limit: 1.3,
    })),
  });
}
