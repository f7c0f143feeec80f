import { pageCost } from "./page-cost.ts";
import type { Measured } from "./page-cost.ts";
import { median, quantile, quietest } from "./statistics.ts";
import { takeTurns } from "./take-turns.ts";

export type Turns = {
  /**
   * How long each program is under load before anything counts, ms: until the compiler is done with the hot path, for which a BFF needs some
   * 10,000 pages. By time, so that the slow ones get no more of it than the fast ones.
   */
  readonly warmUpMs: number;
  readonly turns: number;
  readonly pagesPerSlice: number;
};

/** What a page costs one contender. */
export type Cost = {
  readonly name: string;
  /** CPU time per page, µs: the mean of the quietest quarter of the slices. */
  readonly cpuUs: number;
  /** Its multiple of the baseline's. */
  readonly ratio: number;
  /** The same in single turns, each against the baseline's slice of its turn: the middle half. */
  readonly ratioFrom: number;
  readonly ratioTo: number;
};

/** Pages under way at once: a busy process, far from any limit of the project's. */
const IN_FLIGHT = 16;

type Contending = Measured & { readonly name: string };
type Samples<Program> = ReadonlyMap<Program, readonly number[]>;

/** What a page costs each of some running programs in each of alternating slices, after a warm-up, µs. */
export async function samplesOf<Program extends Contending>(
  programs: readonly Program[],
  { warmUpMs, turns, pagesPerSlice }: Turns,
): Promise<Samples<Program>> {
  const load = { pages: pagesPerSlice, inFlight: IN_FLIGHT };
  for (const { client, bytes } of programs) {
    const end = performance.now() + warmUpMs;
    while (performance.now() < end) await client.pages(load.pages, load.inFlight, bytes);
  }
  return takeTurns(programs, turns, (one) => pageCost(one, load));
}

/**
 * What samples say of groups of programs that differ by nothing: the median program of each. Two processes of the same program differ by some
 * percent, by what the compiler came to know first, so a small difference shows only between several.
 * @param groups each with at most as many programs as the first, which is the baseline
 * @returns in the groups' order
 */
export function costsOf<Program extends Contending>(
  groups: readonly (readonly Program[])[],
  samples: Samples<Program>,
): readonly Cost[] {
  const [ruler = []] = groups;
  const costOf = (group: readonly Program[]) => median(group.map((one) => quietest(samples.get(one) ?? [])));
  return groups.map((group) => {
    const ratios = group.flatMap((one, index) => {
      const beside = ruler[index];
      const rulers = beside === undefined ? [] : (samples.get(beside) ?? []);
      return (samples.get(one) ?? []).map((cost, turn) => cost / (rulers[turn] ?? Number.NaN));
    });
    return {
      name: group[0]?.name ?? "",
      cpuUs: costOf(group),
      ratio: costOf(group) / costOf(ruler),
      ratioFrom: quantile(ratios, 0.25),
      ratioTo: quantile(ratios, 0.75),
    };
  });
}

/** Cells of a table that has COST_COLUMNS. */
export function costCells({ name, cpuUs, ratio, ratioFrom, ratioTo }: Cost): readonly string[] {
  return [name, cpuUs.toFixed(0), ratio.toFixed(2), `${ratioFrom.toFixed(2)} to ${ratioTo.toFixed(2)}`];
}

/** @param title what the programs are or do */
export function costColumns(title: string, baselineName: string) {
  return [
    { head: title },
    { head: "CPU µs a page", numbers: true },
    { head: `× ${baselineName}`, numbers: true },
    { head: "middle half of turns", numbers: true },
  ];
}
