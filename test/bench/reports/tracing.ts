import { WEB_BFF } from "../contenders/contenders.ts";
import type { Contender } from "../contenders/contender.ts";
import { compareCosts, costCells, costColumns } from "../measure/compare-costs.ts";
import type { Cost } from "../measure/compare-costs.ts";
import { startCollector } from "../services/collector.ts";
import { verdict } from "../report/verdict.ts";
import type { Report } from "./report.ts";

/** Of a page's CPU time, %. */
const MOST_SAMPLED = 15;
const MOST_UNSAMPLED = 2;
/** Many turns: 2% is less than what one of them is good for. */
const EFFORT = { warmUpPages: 2_000, turns: 32, pagesPerSlice: 300 };
/** The page's own, and one for each of its calls. */
const SPANS_PER_PAGE = 5;

/** What spans cost that leave by OTLP, and what it costs to be ready for them. */
export const tracing: Report = {
  title: "tracing: spans exported by OTLP",
  async run(lab) {
    const services = await lab.services();
    await using collector = await startCollector();
    const exporting: Contender = {
      ...WEB_BFF,
      program(origins, gateway) {
        const { command, env } = WEB_BFF.program(origins, gateway);
        return { command, env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin } };
      },
    };
    const off = { ...(await lab.start(WEB_BFF, services)), name: "no collector" };
    const unsampled = { ...(await lab.start(exporting, services)), name: "a collector, pages not sampled" };
    const sampled = {
      ...(await lab.start(exporting, services, { sampled: true })),
      name: "a collector, every page sampled",
    };
    const costs = await compareCosts([off, unsampled, sampled], off, EFFORT);
    const pages = EFFORT.warmUpPages + EFFORT.turns * EFFORT.pagesPerSlice;
    const exported = await collector.spansAfterSilence();
    const [costOff, costUnsampled, costSampled] = costs;
    const share = (exported / (pages * SPANS_PER_PAGE)) * 100;
    const limited = (of: string, cost: Cost | undefined, limit: number) =>
      verdict({
        of,
        measured: ((cost?.ratio ?? Number.NaN) - 1) * 100,
        relation: "at most",
        limit,
        unit: "%",
        compared: {
          project: { name: "with", value: cost?.cpuUs ?? Number.NaN },
          baseline: { name: "without", value: costOff?.cpuUs ?? Number.NaN },
          unit: "µs",
        },
      });
    return {
      services: services.description,
      findings: {
        method:
          "The web home page as it ships. The collector is a small HTTP server on the other core, which takes all that it is sent.",
        columns: costColumns("tracing", "no collector"),
        rows: costs.map(costCells),
        verdicts: [
          limited("what a sampled page's spans cost", costSampled, MOST_SAMPLED),
          limited("what tracing costs a page that is not sampled", costUnsampled, MOST_UNSAMPLED),
        ],
        notes: [
          `${exported} spans arrived: ${share.toFixed(0)}% of the five of each sampled page. What waits in a full queue is dropped, and costs less.`,
        ],
      },
    };
  },
};
