import { BARE_WEB, WEB_BFF } from "../contenders/contenders.ts";
import { onTheWire } from "../load/gateway.ts";
import { openLoop } from "../load/open-loop.ts";
import type { OpenLoop } from "../load/open-loop.ts";
import { RawConnections } from "../load/raw-connections.ts";
import { bootstrapInterval, median, quantile } from "../measure/statistics.ts";
import { takeTurns } from "../measure/take-turns.ts";
import type { Running } from "../processes/lab.ts";
import { verdict } from "../report/verdict.ts";
import { seeded } from "../measure/random.ts";
import { peakRate } from "../measure/peak-rate.ts";
import type { Report } from "./report.ts";

/** Above the bare program's, ms. */
const MOST_P50_MS = 1;
const MOST_P99_MS = 3;
const SHARE_OF_CAPACITY = 1 / 4;
const TURNS = 16;
const SECONDS_PER_SLICE = 1.5;
const CONNECTIONS = 64;

/** A page's latency beside the bare program's, where neither has much to do. The services answer at once: what is left is the programs' own. */
export const latency: Report = {
  title: "latency: a page's, at a quarter of capacity",
  async run(lab) {
    const services = await lab.services();
    const project = await lab.start(WEB_BFF, services);
    const bare = await lab.start(BARE_WEB, services);
    for (const { client, bytes } of [project, bare]) await client.pages(2_000, 16, bytes);
    const perSecond = (await peakRate(lab, project)) * SHARE_OF_CAPACITY;

    using toProject = new RawConnections(project.program.port, CONNECTIONS);
    using toBare = new RawConnections(bare.program.port, CONNECTIONS);
    const random = seeded(7);
    const slices = await takeTurns([project, bare], TURNS, (one) =>
      latencies({
        connections: one === bare ? toBare : toProject,
        request: () => onTheWire(lab.gateway.request(one.app)),
        perSecond,
        seconds: SECONDS_PER_SLICE,
        random,
      }),
    );
    const atQuantile = (one: Running, share: number): readonly number[] =>
      (slices.get(one) ?? []).map((slice) => quantile(slice, share));
    const above = (share: number): readonly number[] => {
      const others = atQuantile(bare, share);
      return atQuantile(project, share).map((ms, turn) => ms - (others[turn] ?? Number.NaN));
    };
    const limited = (name: string, share: number, limit: number) =>
      verdict({
        of: `${name} of a page above the bare program's`,
        measured: median(above(share)),
        relation: "at most",
        limit,
        unit: "ms",
        compared: {
          project: { name: "web-bff", value: median(atQuantile(project, share)) },
          baseline: { name: "bare", value: median(atQuantile(bare, share)) },
          unit: "ms",
        },
      });
    const interval = (share: number): string => {
      const { from, to } = bootstrapInterval(above(share), median, random);
      return `${from.toFixed(2)} to ${to.toFixed(2)} ms`;
    };
    return {
      services: services.description,
      findings: {
        method: `${perSecond.toFixed(0)} pages a second come at random (an open loop), a quarter of what web-bff can do, in ${TURNS} slices of ${SECONDS_PER_SLICE} s for each program in turn. The services answer at once.`,
        columns: [
          { head: "program" },
          { head: "p50 ms", numbers: true },
          { head: "p90 ms", numbers: true },
          { head: "p99 ms", numbers: true },
        ],
        rows: [project, bare].map((one) =>
          [one.name].concat([0.5, 0.9, 0.99].map((share) => median(atQuantile(one, share)).toFixed(2))),
        ),
        verdicts: [limited("p50", 0.5, MOST_P50_MS), limited("p99", 0.99, MOST_P99_MS)],
        notes: [
          `Each is the median of its slices; 95% of the differences' medians lie between: p50 ${interval(0.5)}, p99 ${interval(0.99)}.`,
        ],
      },
    };
  },
};

/** From sending a request to the last byte of its answer, ms. @throws Error where more than one of a hundred was no page */
async function latencies(load: OpenLoop): Promise<readonly number[]> {
  const exchanges = await openLoop(load);
  const pages = exchanges.filter(({ ended }) => typeof ended === "object" && ended.status === 200);
  // One may meet a connection that the program closes at this moment, for it was idle.
  if (pages.length < exchanges.length * 0.99) {
    throw new Error(`expected pages at a quarter of capacity, got ${pages.length} of ${exchanges.length}`);
  }
  return pages.map(({ sentAt, endedAt }) => endedAt - sentAt);
}
