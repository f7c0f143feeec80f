import type { Contender } from "../contenders/contender.ts";
import { GROUPS } from "../contenders/contenders.ts";
import { costCells, costColumns, costsOf, samplesOf } from "../measure/compare-costs.ts";
import { bootstrapInterval, median } from "../measure/statistics.ts";
import { ROOT, appProgram } from "../processes/apps.ts";
import type { Lab } from "../processes/lab.ts";
import { renderTable } from "../report/table.ts";
import { seeded } from "../measure/random.ts";
import { checkOut, findBase } from "./checkout.ts";

const EFFORT = { warmUpMs: 4_000, turns: 10, pagesPerSlice: 250 };
/** A partner's query costs three times a page. */
const PARTNER_EFFORT = { warmUpMs: 4_000, turns: 10, pagesPerSlice: 100 };

/** Nothing more is begun after it, ms: this stands in front of whoever waits for CI. */
const BUDGET_MS = 60_000;

export type BaseOptions = {
  readonly base: string;
  readonly npm: string | undefined;
  readonly print: (text: string) => void;
};

/**
 * Prints what pages cost the project as it stands here, and as it is at another commit, in alternating slices. It passes no judgement: on a
 * machine that others use, a few percent are noise. Where there is nothing to compare it says why.
 */
export async function compareWithBase(lab: Lab, { base: ref, npm, print }: BaseOptions): Promise<void> {
  const base = await findBase(ROOT, ref);
  if ("why" in base) {
    print(`not compared with ${ref}: ${base.why}`);
    return;
  }
  const folder = await lab.folder("base");
  await checkOut(ROOT, base, folder, { npm, print });
  const services = await lab.services();
  const begin = performance.now();
  for (const { name, title, project, baseline } of GROUPS) {
    if (performance.now() - begin > BUDGET_MS) {
      print(`\n${title}: left out, since the machine is slow`);
      continue;
    }
    const other: Contender = {
      ...project,
      name: base.name,
      program: (origins, gateway) => appProgram(project.app, origins, gateway, folder),
    };
    const here = { ...(await lab.start(project, services)), name: "here" };
    const there = await lab.start(other, services);
    const ruler = baseline.peer ? [] : [await lab.start(baseline, services)];
    const programs = [there, here, ...ruler];
    const samples = await samplesOf(programs, name === "partner" ? PARTNER_EFFORT : EFFORT);
    const costs = costsOf(
      programs.map((one) => [one]),
      samples,
    );
    await Promise.all(programs.map(({ program }) => program.stop()));

    const before = samples.get(there) ?? [];
    const ratios = (samples.get(here) ?? []).map((cost, turn) => cost / (before[turn] ?? Number.NaN));
    const { from, to } = bootstrapInterval(ratios, median, seeded(3));
    print(`\n${renderTable(costColumns(title, base.name), costs.map(costCells))}`);
    print(
      `here: ${median(ratios).toFixed(2)} × ${base.name}, 95% interval ${from.toFixed(2)} to ${to.toFixed(2)}`,
    );
  }
}
