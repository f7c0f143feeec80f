import { seededRandom } from "@triptych/testing";
import { BARE_WEB, WEB_BFF } from "../contenders/contenders.ts";
import { openLoop } from "../load/open-loop.ts";
import { quantile } from "../measure/statistics.ts";
import { report } from "../report/report.ts";
import type { Figure, Report } from "../report/report.ts";

const SHARE_OF_PEAK = 1 / 4;
const SECONDS_PER_SLICE = 1.5;

/** How long each page of a slice took, in ms. */
type Slice = readonly number[];

const figure = (head: string, share: number): Figure<Slice> => ({
  head,
  of: (slice) => quantile(slice, share),
  digits: 2,
});
const P50 = figure("p50 ms", 0.5);
const P99 = figure("p99 ms", 0.99);
const SIDES = { of: WEB_BFF.name, beside: BARE_WEB.name, by: "difference", relation: "at most" } as const;

/** A page's latency beside the bare program's, where neither has much to do. */
export function latencyReport(): Report {
  const random = seededRandom(7);
  let perSecond = 0;
  return report<Slice>({
    name: "latency",
    title: "latency at a quarter of capacity",
    method: `Pages are asked for at random (an open loop), at a quarter of web-bff's peak rate for both programs, in slices of ${SECONDS_PER_SLICE} s. The services answer at once, so what is left is the programs' own.`,
    programs: () => [BARE_WEB, WEB_BFF].map((contender) => ({ contender, inFlight: 64 })),
    async warmUp({ contender, client, bytes }) {
      await client.pages(4_000, bytes);
      if (contender === WEB_BFF) perSecond = (await client.peakRate(bytes)) * SHARE_OF_PEAK;
    },
    rounds: 16,
    async measure({ client }) {
      const exchanges = await openLoop(client, { perSecond, seconds: SECONDS_PER_SLICE, random });
      const pages = exchanges.filter(({ ended }) => ended !== "unsent" && ended.status === 200);
      // One may meet an idle connection that the program closes at this moment.
      if (pages.length < exchanges.length * 0.99) {
        throw new Error(
          `expected pages at a quarter of capacity, got ${pages.length} of ${exchanges.length}`,
        );
      }
      return pages.map(({ sentAt, endedAt }) => endedAt - sentAt);
    },
    figures: [P50, figure("p90 ms", 0.9), P99],
    limits: [
      { ...SIDES, figure: P50, limit: 1 },
      { ...SIDES, figure: P99, limit: 3 },
    ],
    notes: () => [`${perSecond.toFixed(0)} pages came per second.`],
  });
}
