import { get } from "node:http";
import { seededRandom } from "@triptych/testing";
import { BARE_WEB, WEB_BFF } from "../contenders/contenders.ts";
import { openLoop } from "../load/open-loop.ts";
import { recoveredAfter, sortExchanges } from "../measure/exchanges.ts";
import type { Sorted } from "../measure/exchanges.ts";
import { median, quantile, sum } from "../measure/statistics.ts";
import { report } from "../report/report.ts";
import type { Figure, Limit, Report } from "../report/report.ts";

const TIMES = 5;
const SECONDS = 5;
/** The client gave up on a page that comes later: the longest deadline of a screen is 800 ms. */
const PATIENCE_MS = 1_000;
const NORMAL_SHARE = 1 / 4;
const SECONDS_BEFORE = 3;
const SECONDS_AFTER = 6;

/** One round: a normal load, the overload, a normal load. */
type Round = Sorted & {
  /** Whole pages per second, just before: a machine has slow and fast minutes. */
  readonly peak: number;
  readonly unanswered: number;
  readonly recoveredS: number;
};

const GOODPUT: Figure<Round> = {
  head: "% of peak",
  of: ({ good, peak }) => (good / SECONDS / peak) * 100,
};
const REFUSAL_P99: Figure<Round> = {
  head: "refusal p99 ms",
  of: ({ refusals }) => quantile(refusals, 0.99),
};
const RECOVERY: Figure<Round> = { head: "recovered after s", of: ({ recoveredS }) => recoveredS };
const count = (head: string, of: (round: Round) => number): Figure<Round> => ({ head, of, over: sum });
const UNADVISED = count("503 without Retry-After", ({ unadvised }) => unadvised);
const UNANSWERED = count("health checks unanswered", ({ unanswered }) => unanswered);

const FEW = `${WEB_BFF.name}, 300 connections`;
const MANY = `${WEB_BFF.name}, 1,000 connections`;

/** What becomes of a BFF that is asked for five times what it has time for. */
export function overloadReport(): Report {
  const random = seededRandom(11);
  return report<Round>({
    name: "overload",
    title: `overload: ${TIMES} × the peak`,
    method: `Each round measures the program's own peak, then sends an open loop of ${TIMES} × that peak for ${SECONDS} s, between two loads of a quarter of the peak. All connections are open before. A page counts that comes whole within ${PATIENCE_MS / 1_000} s. A request without a free connection is given up after 2 s, as in the load balancer in front; nothing is sent again. Rates are of the middle round, counts of all rounds.`,
    programs: () => [
      { name: `${BARE_WEB.name}, 300 connections`, contender: BARE_WEB, inFlight: 300 },
      { name: FEW, contender: WEB_BFF, inFlight: 300 },
      { name: MANY, contender: WEB_BFF, inFlight: 1_000 },
    ],
    async warmUp({ client, bytes }) {
      await client.pages(6_000, bytes, 16);
    },
    rounds: 5,
    async measure({ client, bytes, program }) {
      // A process accepts one connection in a turn of its event loop, so opening them during an
      // overload would take seconds. A load balancer has them open, too.
      await client.open();
      const peak = await client.peakRate(bytes);
      const load = (perSecond: number, seconds: number) => openLoop(client, { perSecond, seconds, random });
      const before = await load(peak * NORMAL_SHARE, SECONDS_BEFORE);
      const health = watchHealth(program.adminPort);
      const during = await load(peak * TIMES, SECONDS);
      const unanswered = await health.stop();
      const after = await load(peak * NORMAL_SHARE, SECONDS_AFTER);
      const sorted = sortExchanges(during, { bytes, patienceMs: PATIENCE_MS });
      return { ...sorted, peak, unanswered, recoveredS: recoveredAfter(before, after) };
    },
    figures: [
      { head: "peak/s", of: ({ peak }) => peak },
      { head: "pages/s", of: ({ good }) => good / SECONDS },
      GOODPUT,
      { head: "refused/s", of: ({ refusals }) => refusals.length / SECONDS },
      { head: "refusal p50 ms", of: ({ refusals }) => median(refusals) },
      REFUSAL_P99,
      RECOVERY,
      UNADVISED,
      UNANSWERED,
      count("pages late", ({ late }) => late),
      count("pages with a part missing", ({ degraded }) => degraded),
      count("other answers", ({ failed }) => failed),
      count("not sent", ({ unsent }) => unsent),
      count("connections broken", ({ broken }) => broken),
      // Above 20 ms the machine was too busy for this report: the load sends bursts instead.
      { head: "load late ms", of: ({ loadLateMs }) => loadLateMs },
    ],
    limits: [FEW, MANY].flatMap((of): readonly Limit<Round>[] => [
      { figure: GOODPUT, of, relation: "at least", limit: 75, goal: 85 },
      { figure: REFUSAL_P99, of, relation: "at most", limit: 40, goal: 20 },
      { figure: UNADVISED, of, relation: "at most", limit: 0 },
      { figure: UNANSWERED, of, relation: "at most", limit: 0 },
      { figure: RECOVERY, of, relation: "at most", limit: 5 },
    ]),
  });
}

/**
 * As often and as patient as the load balancer (`inter` and `timeout check` in
 * apps/reverse-proxy/haproxy/haproxy.cfg), in ms.
 */
const CHECK_EVERY_MS = 500;
const CHECK_PATIENCE_MS = 5_000;

/**
 * Asks `/healthz` and `/readyz`, each over a connection of its own as load balancers do, until it
 * is stopped.
 * @param adminPort 0 for a program that has none
 */
function watchHealth(adminPort: number): { stop(): Promise<number> } {
  const isAnswered = (path: string): Promise<boolean> =>
    new Promise((resolve) => {
      get({ port: adminPort, path, agent: false, signal: AbortSignal.timeout(CHECK_PATIENCE_MS) }, (res) => {
        res.resume();
        resolve(res.statusCode === 200);
      }).on("error", () => resolve(false));
    });
  const checks: Promise<boolean>[] = [];
  const check = (): void => void checks.push(isAnswered("/healthz"), isAnswered("/readyz"));
  const timer = adminPort === 0 ? undefined : setInterval(check, CHECK_EVERY_MS);
  return {
    /** @returns how many checks had no answer, or one that was not 200 */
    async stop() {
      clearInterval(timer);
      return (await Promise.all(checks)).filter((answered) => !answered).length;
    },
  };
}
