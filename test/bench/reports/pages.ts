import { isDeepStrictEqual } from "node:util";
import type { Group } from "../contenders/contenders.ts";
import { pageCost } from "../measure/page-cost.ts";
import { quantile, quietest } from "../measure/statistics.ts";
import { takeTurns } from "../measure/take-turns.ts";
import type { Lab, Running } from "../processes/lab.ts";
import { renderTable } from "../report/table.ts";
import type { RecordedServices } from "../services/recorded-services.ts";

/** How much is measured. */
export type Effort = {
  /** Pages before anything counts: until the compiler is done with the hot path. */
  readonly warmUpPages: number;
  readonly turns: number;
  readonly pagesPerSlice: number;
  /** Whether only the project and its baseline take part. */
  readonly onlyBaseline: boolean;
};

/** Pages under way at once: a busy process, far from any limit of the project's. */
const IN_FLIGHT = 16;

/** What a page costs one contender. */
export type PageCost = {
  readonly name: string;
  readonly project: boolean;
  /** CPU time per page, µs: the mean of the quietest quarter of the slices. */
  readonly cpuUs: number;
  /** Its multiple of the baseline's. */
  readonly ratio: number;
  /** The same in single turns, each against the baseline's slice of its turn: the middle half. */
  readonly ratioFrom: number;
  readonly ratioTo: number;
};

export type GroupResult = { readonly title: string; readonly costs: readonly PageCost[] };

/** Measures a group of contenders against each other. @throws Error when one answers another page than the baseline */
export async function measureGroup(
  lab: Lab,
  services: RecordedServices,
  group: Group,
  effort: Effort,
): Promise<GroupResult> {
  const { project, baseline } = group;
  const contenders = [baseline, project, ...(effort.onlyBaseline ? [] : group.others)];
  const running = await Promise.all(contenders.map((contender) => lab.start(contender, services)));
  const [ruler] = running;
  if (ruler === undefined) throw new Error("a group has at least its baseline");
  for (const one of running) checkSame(ruler, one);
  for (const { client, bytes } of running) await client.pages(effort.warmUpPages, IN_FLIGHT, bytes);

  const load = { pages: effort.pagesPerSlice, inFlight: IN_FLIGHT };
  const samples = await takeTurns(running, effort.turns, (one) => pageCost(one, load));
  await Promise.all(running.map(({ program }) => program.stop()));

  const rulerSamples = samples.get(ruler) ?? [];
  const costs = running.map((one) => {
    const own = samples.get(one) ?? [];
    const ratios = own.map((cost, turn) => cost / (rulerSamples[turn] ?? Number.NaN));
    return {
      name: one.name,
      project: one.name === project.name,
      cpuUs: quietest(own),
      ratio: quietest(own) / quietest(rulerSamples),
      ratioFrom: quantile(ratios, 0.25),
      ratioTo: quantile(ratios, 0.75),
    };
  });
  return { title: group.title, costs: costs.toSorted((a, b) => a.cpuUs - b.cpuUs) };
}

export function renderGroup({ title, costs }: GroupResult): string {
  const rows = costs.map(({ name, cpuUs, ratio, ratioFrom, ratioTo }) => [
    name,
    cpuUs.toFixed(0),
    ratio.toFixed(2),
    `${ratioFrom.toFixed(2)} to ${ratioTo.toFixed(2)}`,
  ]);
  const columns = [
    { head: title },
    { head: "CPU µs/page", numbers: true },
    { head: "× bare", numbers: true },
    { head: "middle half of turns", numbers: true },
  ];
  return renderTable(columns, rows);
}

/** A program that answers something else does something else: its cost says nothing. */
function checkSame(ruler: Running, other: Running): void {
  if (isDeepStrictEqual(other.answer, ruler.answer)) return;
  throw new Error(
    `${other.name} answers another page than ${ruler.name}:\n${JSON.stringify(other.answer)}\n${JSON.stringify(ruler.answer)}`,
  );
}
