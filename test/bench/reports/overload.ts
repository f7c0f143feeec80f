import { BARE_WEB, WEB_BFF } from "../contenders/contenders.ts";
import type { Contender } from "../contenders/contender.ts";
import { OVERLOAD, OverloadRun } from "../overload/overload-run.ts";
import type { OverloadResult } from "../overload/overload-run.ts";
import type { Lab } from "../processes/lab.ts";
import { short, verdict } from "../report/verdict.ts";
import type { RecordedServices } from "../services/recorded-services.ts";
import type { Report } from "./report.ts";

/** Of the peak, %. */
const LEAST_GOODPUT = 80;
/** Of a refusal, ms. */
const MOST_SHED_MS = 20;
/** A load that is later than this sends bursts instead of what it should, ms. */
const MOST_LATENESS_MS = 20;
/** After the end of the overload until answers are as fast as before, s. */
const MOST_RECOVERY_S = 5;

/** What becomes of a BFF that is asked for five times what it has time for, and of the bare program. */
export const overload: Report = {
  title: "overload: five times what there is time for",
  async run(lab) {
    const services = await lab.services();
    const few = await measure(lab, services, WEB_BFF, 300);
    const many = await measure(lab, services, WEB_BFF, 1_000);
    const bare = await measure(lab, services, BARE_WEB, 300);
    const all = [few, many, bare];
    const worst = (of: (result: OverloadResult) => number) => Math.max(of(few), of(many));
    const slower = many.goodputShare < few.goodputShare ? many : few;
    return {
      services: services.description,
      findings: {
        method: `${OVERLOAD.rounds} rounds, each of a look at the program's own peak and of an open loop of ${OVERLOAD.times} × that peak for ${OVERLOAD.seconds} s; the middle round counts. Before and after them a quarter of the peak. All connections are open before. A page counts that comes whole within ${OVERLOAD.patienceMs / 1_000} s of being sent. ${OVERLOAD.policy}`,
        columns: [
          { head: "program" },
          ...["connections", "peak/s", "offered/s", "pages/s", "refused/s", "refusal p50 ms", "p99 ms"].map(
            (head) => ({ head, numbers: true }),
          ),
        ],
        rows: all.map((result) => [
          result.name,
          ...[
            result.connections,
            result.peak,
            result.offered,
            result.goodput,
            result.refused,
            result.refusalP50,
            result.refusalP99,
          ].map(tell),
        ]),
        verdicts: [
          verdict({
            of: `goodput at ${OVERLOAD.times} × the peak, with ${slower.connections} connections`,
            measured: slower.goodputShare,
            relation: "at least",
            limit: LEAST_GOODPUT,
            unit: "% of the peak",
            compared: {
              project: { name: "web-bff", value: slower.goodput },
              baseline: { name: "its peak", value: slower.peak },
              unit: "pages/s",
            },
          }),
          verdict({
            of: "p99 of refusals",
            measured: worst(({ refusalP99 }) => refusalP99),
            relation: "at most",
            limit: MOST_SHED_MS,
            unit: "ms",
          }),
          verdict({
            of: "refusals (503) without Retry-After",
            measured: few.misspoken + many.misspoken,
            relation: "at most",
            limit: 0,
            unit: "",
          }),
          verdict({
            of: `health checks without an answer, of ${few.checks.asked + many.checks.asked}`,
            measured: few.checks.unanswered + many.checks.unanswered,
            relation: "at most",
            limit: 0,
            unit: "",
          }),
          verdict({
            of: "p99 as before the overload (twice at most) after",
            measured: worst(({ recoveredAfterS }) => recoveredAfterS),
            relation: "at most",
            limit: MOST_RECOVERY_S,
            unit: "s",
          }),
        ],
        notes: all.map(notesOf),
      },
    };
  },
};

async function measure(
  lab: Lab,
  services: RecordedServices,
  contender: Contender,
  connections: number,
): Promise<OverloadResult> {
  const running = await lab.start(contender, services);
  await running.client.pages(2_000, 16, running.bytes);
  const result = await new OverloadRun(lab, running, connections).run();
  await running.program.stop();
  return result;
}

function notesOf(result: OverloadResult): string {
  const { name, connections, unsent, broken, late, degraded, failed, lateness, slowestCheck } = result;
  const told = [
    `${short(result.leastShare)}% of the peak in the worst round`,
    `${unsent} requests found no connection for 2 s and were not sent`,
    `${broken} connections were refused or broke`,
    `${late} pages came too late`,
    `${degraded} came with a part missing`,
    `${failed} were neither a page nor a 503`,
    `the load itself was at most ${short(lateness)} ms late for 99% of its requests`,
    ...(slowestCheck === undefined ? [] : [`the slowest health check took ${short(slowestCheck)} ms`]),
  ];
  const doubt =
    lateness > MOST_LATENESS_MS
      ? " The load could not keep up: the machine was too busy for this report."
      : "";
  return `${name}, ${connections} connections: ${told.join("; ")}.${doubt}`;
}

function tell(number: number): string {
  return Number.isNaN(number) ? "–" : number.toFixed(0);
}
