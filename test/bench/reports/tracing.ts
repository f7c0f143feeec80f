import { WEB_BFF } from "../contenders/contenders.ts";
import type { Contender } from "../contenders/contender.ts";
import { costCells, costColumns, costsOf, samplesOf } from "../measure/compare-costs.ts";
import type { Cost } from "../measure/compare-costs.ts";
import { startCollector } from "../services/collector.ts";
import { verdict } from "../report/verdict.ts";
import type { Report } from "./report.ts";

/** Of a page's CPU time, %. */
const MOST_SAMPLED = 15;
const MOST_UNSAMPLED = 2;
/** Many turns of several processes: 2% is less than what one of them is good for. */
const EFFORT = { warmUpMs: 8_000, turns: 16, pagesPerSlice: 300 };
const PROCESSES = 3;
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
    const start = (name: string, contender: Contender, load: { sampled: boolean }) =>
      Promise.all(
        Array.from({ length: PROCESSES }, async () => ({
          ...(await lab.start(contender, services, load)),
          name,
        })),
      );
    const off = await start("no collector", WEB_BFF, { sampled: false });
    const unsampled = await start("a collector, pages not sampled", exporting, { sampled: false });
    const sampled = await start("a collector, every page sampled", exporting, { sampled: true });
    const groups = [off, unsampled, sampled];
    const costs = costsOf(groups, await samplesOf(groups.flat(), EFFORT));
    const pages = sampled.reduce((sum, { client }) => sum + client.asked, 0);
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
        method: `The web home page as it ships, ${PROCESSES} processes of each. The collector is a small HTTP server on the other core, which takes all that it is sent.`,
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
