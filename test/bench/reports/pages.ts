import {
  APOLLO,
  BARE_HTML,
  BARE_MOBILE,
  BARE_WEB,
  FETCH_MOBILE,
  FETCH_WEB,
  MOBILE_BFF,
  PARTNER_BFF,
  WEB_BFF,
  WEB_HTML,
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

/** The most that the BFF may cost, as a multiple of what another costs, and the goal. */
type Limits = readonly (readonly [of: Contender, times: number, goal?: number])[];

/** What runs: the BFF first, then the baseline, then the others. */
type Group = {
  readonly name: string;
  readonly title: string;
  readonly programs: readonly [bff: Contender, baseline: Contender, ...others: readonly Contender[]];
  readonly limits: Limits;
  /** Pages in flight. Default 16. */
  readonly inFlight?: number;
};

const WEB: Group = {
  name: "pages-web",
  title: "web home page, JSON",
  programs: [WEB_BFF, BARE_WEB, FETCH_WEB, ...WEB_PEERS],
  limits: [
    [BARE_WEB, 1.5, 1.3],
    [FETCH_WEB, 0.6, 0.5],
  ],
};

const OTHERS: readonly Group[] = [
  {
    name: "pages-mobile",
    title: "mobile home screen, JSON, not compressed",
    programs: [MOBILE_BFF, BARE_MOBILE, FETCH_MOBILE],
    limits: [
      [BARE_MOBILE, 1.5, 1.3],
      [FETCH_MOBILE, 0.6, 0.5],
    ],
  },
  {
    name: "pages-partner",
    title: "partner's home query, GraphQL",
    programs: [PARTNER_BFF, APOLLO],
    limits: [[APOLLO, 0.5, 0.4]],
  },
  {
    name: "pages-one",
    title: "web home page, JSON, one in flight",
    programs: [WEB_BFF, BARE_WEB],
    limits: [[BARE_WEB, 1.5, 1.3]],
    inFlight: 1,
  },
  {
    name: "pages-html",
    title: "web home page, HTML, streamed",
    programs: [WEB_HTML, BARE_HTML],
    limits: [[BARE_HTML, 1.4]],
  },
];

/** What a page costs each BFF in CPU time, beside programs that answer the same page. */
export function pagesReports(): readonly Report[] {
  return [WEB, ...OTHERS].map((group) => pagesReport(group, undefined));
}

/**
 * Its first row: the web home page beside the bare program's, in two minutes.
 * @param base another checkout of the project, to measure beside this one
 */
export function quickReport(base: { readonly name: string; readonly root: string } | undefined): Report {
  return pagesReport({ ...WEB, programs: [WEB_BFF, BARE_WEB] }, base);
}

function pagesReport(
  { name, title, programs: [bff, baseline, ...others], limits, inFlight = 16 }: Group,
  base: { readonly name: string; readonly root: string } | undefined,
): Report {
  const there =
    base === undefined ? [] : [{ ...project(bff.app, base.root), name: base.name, older: true as const }];
  const contenders = [baseline, ...there, bff, ...others];
  return report<number>({
    name,
    title,
    method: `Every program answers the same page from the same recorded answers, and its answer is compared before it counts. Nothing is cached: the services send no-store. Each program runs in three processes, started on different occasions, of which the middle one counts; they take turns in slices of 300 pages, ${inFlight} in flight.`,
    occasions: 3,
    programs: () => contenders.map((contender) => ({ contender, inFlight })),
    rounds: 10,
    measure: (running) => pageCost(running, 300),
    figures: [PAGE_COST],
    limits: limits.map(([{ name: beside }, limit, goal]) => {
      const aim = { figure: PAGE_COST, of: bff.name, beside, relation: "at most", limit } as const;
      return goal === undefined ? aim : { ...aim, goal };
    }),
    notes(measured) {
      const [own, other] = [bff.name, base?.name].map((one) => measured.find(({ name }) => name === one));
      if (own === undefined || other === undefined) return [];
      return [`${own.name} beside ${other.name}: ${comparisonText(compare(PAGE_COST, own, other))}`];
    },
  });
}
