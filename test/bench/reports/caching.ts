import { WEB } from "../processes/apps.ts";
import { webBffWithCatalog } from "../contenders/variants.ts";
import { costCells, costColumns, costsOf, samplesOf } from "../measure/compare-costs.ts";
import { probed, readProbe } from "../probe/probe.ts";
import type { Lab } from "../processes/lab.ts";
import { verdict } from "../report/verdict.ts";
import type { RecordedServices } from "../services/recorded-services.ts";
import type { Report } from "./report.ts";

/** Of a page whose catalog is kept and warm, as a share of one without. */
const MOST_OF_UNCACHED = 0.75;
const PAGES_WITH_COUNTED_PARSES = 200;
const EFFORT = { warmUpMs: 8_000, turns: 12, pagesPerSlice: 300 };
const PROCESSES = 3;

/** What a home page costs where the catalog's answers are kept: fresh ones, and ones that are confirmed each time by a 304. */
export const caching: Report = {
  title: "caching: the catalog's answers kept",
  async run(lab) {
    const services = await lab.services();
    const revalidating = await lab.services({ catalogRevalidates: true });
    const start = (name: string, cache: boolean, from: RecordedServices) =>
      Promise.all(
        Array.from({ length: PROCESSES }, async () => ({
          ...(await lab.start(webBffWithCatalog(cache), from)),
          name,
        })),
      );
    const groups = [
      await start("no cache", false, services),
      await start("kept and fresh", true, services),
      await start("kept, confirmed by a 304 for each page", true, revalidating),
    ];
    const costs = costsOf(groups, await samplesOf(groups.flat(), EFFORT));
    const parses = {
      uncached: await parsesPerPage(lab, false, services),
      warm: await parsesPerPage(lab, true, services),
      confirmed: await parsesPerPage(lab, true, revalidating),
    };
    const [costUncached, costWarm] = costs;
    const counts = [parses.uncached, parses.warm, parses.confirmed];
    return {
      services: services.description,
      findings: {
        method: `The web home page, ${PROCESSES} processes of each. Of its four calls the catalog's is the largest (${WEB.path}); as it ships, the web BFF keeps nothing. JSON.parse is counted in the process over ${PAGES_WITH_COUNTED_PARSES} pages.`,
        columns: [
          ...costColumns("the catalog's answers", "no cache"),
          { head: "JSON parses a page", numbers: true },
        ],
        rows: costs.map((cost, index) => costCells(cost).concat((counts[index] ?? Number.NaN).toFixed(2))),
        verdicts: [
          verdict({
            of: "a page with a warm shared catalog",
            measured: costWarm?.ratio ?? Number.NaN,
            relation: "at most",
            limit: MOST_OF_UNCACHED,
            unit: "× of no cache",
            compared: {
              project: { name: "warm", value: costWarm?.cpuUs ?? Number.NaN },
              baseline: { name: "no cache", value: costUncached?.cpuUs ?? Number.NaN },
              unit: "µs",
            },
          }),
          verdict({
            of: "parses that a 304 costs",
            measured: parses.confirmed - parses.warm,
            relation: "at most",
            limit: 0,
            unit: "a page",
            compared: {
              project: { name: "confirmed by a 304", value: parses.confirmed },
              baseline: { name: "fresh", value: parses.warm },
              unit: "a page",
            },
          }),
        ],
        notes: [],
      },
    };
  },
};

async function parsesPerPage(lab: Lab, cache: boolean, services: RecordedServices): Promise<number> {
  const contender = probed(webBffWithCatalog(cache), await lab.folder("probe"));
  const { client, bytes, program } = await lab.start(contender, services);
  await client.pages(50, 4, bytes);
  const before = await readProbe(contender.socket);
  await client.pages(PAGES_WITH_COUNTED_PARSES, 4, bytes);
  const after = await readProbe(contender.socket);
  await program.stop();
  return (after.parses - before.parses) / PAGES_WITH_COUNTED_PARSES;
}
