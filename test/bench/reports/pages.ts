import {
  APOLLO,
  BARE_MOBILE,
  BARE_WEB,
  FETCH_MOBILE,
  FETCH_WEB,
  MOBILE_BFF,
  PARTNER_BFF,
  WEB_BFF,
  WEB_PEERS,
  project,
} from "../contenders/contenders.ts";
import type { Contender } from "../contenders/contenders.ts";
import { pageCost } from "../measure/cpu-time.ts";
import { quietest } from "../measure/statistics.ts";
import { comparisonText } from "../report/findings.ts";
import { compare, report } from "../report/report.ts";
import type { Figure, Report } from "../report/report.ts";

/** What a page costs its process. Noise only adds to it, so the quietest slices count. */
export const PAGE_COST: Figure<number> = {
  head: "CPU µs a page",
  of: (cost) => cost,
  over: quietest,
  compared: true,
};

/** How much is measured, and beside what. */
export type PagesOptions = {
  /** Only the project and its baseline, in one process each, for about a minute in all. */
  readonly quick: boolean;
  /** Another checkout of the project to measure beside this one. */
  readonly base: { readonly name: string; readonly root: string } | undefined;
};

type Group = {
  readonly name: string;
  readonly title: string;
  readonly project: Contender;
  readonly baseline: Contender;
  readonly others: readonly Contender[];
  /** The most that the project may cost, as multiples of what others cost. */
  readonly limits: readonly (readonly [of: Contender, times: number])[];
};

const GROUPS: readonly Group[] = [
  {
    name: "pages-web",
    title: "web home page, JSON",
    project: WEB_BFF,
    baseline: BARE_WEB,
    others: [FETCH_WEB, ...WEB_PEERS],
    limits: [
      [BARE_WEB, 1.2],
      [FETCH_WEB, 0.45],
    ],
  },
  {
    name: "pages-mobile",
    title: "mobile home screen, JSON, not compressed",
    project: MOBILE_BFF,
    baseline: BARE_MOBILE,
    others: [FETCH_MOBILE],
    limits: [
      [BARE_MOBILE, 1.2],
      [FETCH_MOBILE, 0.45],
    ],
  },
  {
    name: "pages-partner",
    title: "partner's home query, GraphQL",
    project: PARTNER_BFF,
    baseline: APOLLO,
    others: [],
    limits: [[APOLLO, 0.6]],
  },
];

/** What a page costs each BFF in CPU time, beside programs that answer the same page. */
export function pagesReports({ quick, base }: PagesOptions): readonly Report[] {
  return GROUPS.flatMap(({ name, title, project: here, baseline, others, limits }) => {
    // A quick run installs no peers.
    const baselines = quick && baseline.peer === true ? [] : [baseline];
    const there = base === undefined ? [] : [{ ...project(here.app, base.root), name: base.name }];
    const compared = [...baselines, ...there, here];
    if (compared.length === 1) return [];
    const contenders = quick ? compared : [...compared, ...compared, ...compared, ...others];
    return report<number>({
      name,
      title,
      method:
        "Every program answers the same page from the same recorded answers, and its answer is compared before it counts. They take turns in slices of 300 pages, 16 in flight.",
      programs: () => contenders.map((contender) => ({ contender })),
      rounds: quick ? 12 : 24,
      measure: (running) => pageCost(running, 300),
      figures: [PAGE_COST],
      limits: limits.map(([{ name: beside }, limit]) => ({
        figure: PAGE_COST,
        of: here.name,
        beside,
        relation: "at most",
        limit,
      })),
      notes: (programs) => {
        const [own, other] = [here.name, base?.name].map((one) => programs.find(({ name }) => name === one));
        if (own === undefined || other === undefined) return [];
        return [`${own.name} beside ${other.name}: ${comparisonText(compare(PAGE_COST, own, other))}`];
      },
    });
  });
}
