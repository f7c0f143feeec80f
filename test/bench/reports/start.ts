import { BARE_WEB, MOBILE_BFF, PARTNER_BFF, WEB_BFF } from "../contenders/contenders.ts";
import type { Contender } from "../contenders/contender.ts";
import { median, quantile } from "../measure/statistics.ts";
import { takeTurns } from "../measure/take-turns.ts";
import { verdict } from "../report/verdict.ts";
import type { Report } from "./report.ts";

/** From the start of the process until it is ready, ms. */
const MOST_MS = 500;
const STARTS = 7;

/** How long a BFF takes from the start of its process until it listens, by its own first log line. */
export const start: Report = {
  title: "start: ready after",
  async run(lab) {
    const services = await lab.services();
    const contenders = [WEB_BFF, MOBILE_BFF, PARTNER_BFF, BARE_WEB];
    const startOne = async (contender: Contender) => {
      const { program } = await lab.start(contender, services);
      await program.end();
      return { ms: program.readyMs ?? Number.NaN, cpuMs: program.readyCpuMs };
    };
    // The disk is warm, and what V8 compiled is kept, after a first start of each.
    for (const contender of contenders) await startOne(contender);
    const starts = await takeTurns(contenders, STARTS, startOne);
    const of = (contender: Contender) => (starts.get(contender) ?? []).map(({ ms }) => ms);
    const cpuOf = (contender: Contender) => (starts.get(contender) ?? []).map(({ cpuMs }) => cpuMs);
    const bare = median(of(BARE_WEB));
    return {
      services: services.description,
      findings: {
        method: `${STARTS} starts of each in turn after a first one, until the first log line, whose readyMs counts from the start of the process.`,
        columns: [
          { head: "program" },
          { head: "median ms", numbers: true },
          { head: "slowest ms", numbers: true },
          { head: "× bare", numbers: true },
          { head: "median CPU ms", numbers: true },
        ],
        rows: contenders.map((contender) => {
          const own = of(contender);
          return [
            contender.name,
            median(own).toFixed(0),
            quantile(own, 1).toFixed(0),
            (median(own) / bare).toFixed(2),
            median(cpuOf(contender)).toFixed(0),
          ];
        }),
        verdicts: [WEB_BFF, MOBILE_BFF, PARTNER_BFF].map((contender) =>
          verdict({
            of: `${contender.app.name} ready`,
            measured: median(of(contender)),
            relation: "at most",
            limit: MOST_MS,
            unit: "ms",
            compared: {
              project: { name: contender.app.name, value: median(of(contender)) },
              baseline: { name: "bare", value: bare },
              unit: "ms",
            },
          }),
        ),
        notes: [],
      },
    };
  },
};
