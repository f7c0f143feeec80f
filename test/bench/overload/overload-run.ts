import { onTheWire } from "../load/gateway.ts";
import { openLoop } from "../load/open-loop.ts";
import type { Exchange } from "../load/open-loop.ts";
import { RawConnections } from "../load/raw-connections.ts";
import { quantile } from "../measure/statistics.ts";
import type { Lab, Running } from "../processes/lab.ts";
import { seeded } from "../measure/random.ts";
import { watchHealth } from "./watch-health.ts";
import { recoveredAfter, sortExchanges } from "./sort-exchanges.ts";

/** How a program is overloaded. */
export const OVERLOAD = {
  times: 5,
  seconds: 10,
  /** A page that comes later finds nobody waiting: the longest deadline of a screen is 800 ms. */
  patienceMs: 1_000,
  /** What the load does when it gets nowhere. */
  policy:
    "A request for which no connection is free waits in a queue of the load's own and is given up after 2 s, as in the balancer in front; a connection that is refused or breaks is its request's end. Both are counted below, and nothing is sent again.",
} as const;

const NORMAL_SHARE = 1 / 4;
const NORMAL_SECONDS = 4;
const AFTER_SECONDS = 7;

export type OverloadResult = {
  readonly name: string;
  readonly connections: number;
  /** Pages a second, at most, when nobody overloads it. */
  readonly peak: number;
  /** Requests a second of the overload. */
  readonly offered: number;
  /** Whole pages a second that came in time. */
  readonly goodput: number;
  /** Of the peak, %. */
  readonly goodputShare: number;
  readonly refused: number;
  /** From sending the request to the last byte of the refusal, ms. */
  readonly refusalP50: number;
  readonly refusalP99: number;
  /** Refusals that do not say when to come again. */
  readonly misspoken: number;
  readonly failed: number;
  readonly unsent: number;
  readonly broken: number;
  readonly late: number;
  readonly degraded: number;
  /** p99 of how late the load itself came to its requests, ms. */
  readonly lateness: number;
  readonly checks: { readonly asked: number; readonly unanswered: number };
  /** Undefined for a program without health checks. */
  readonly slowestCheck: number | undefined;
  /** From the end of the overload until a second's p99 was at most twice what it was before, s; infinite for never. */
  readonly recoveredAfterS: number;
};

/** Normal load, overload, normal load, on one program. */
export class OverloadRun {
  readonly #lab: Lab;
  readonly #running: Running;
  readonly #connections: number;
  readonly #peak: number;
  readonly #random = seeded(11);

  constructor(lab: Lab, running: Running, connections: number, peak: number) {
    this.#lab = lab;
    this.#running = running;
    this.#connections = connections;
    this.#peak = peak;
  }

  async run(): Promise<OverloadResult> {
    const { name, bytes, program } = this.#running;
    const offered = this.#peak * OVERLOAD.times;
    using connections = new RawConnections(program.port, this.#connections);
    const before = await this.#load(connections, this.#peak * NORMAL_SHARE, NORMAL_SECONDS);
    const health = program.adminPort === 0 ? undefined : watchHealth(program.adminPort);
    const during = await this.#load(connections, offered, OVERLOAD.seconds);
    const checks = await health?.stop();
    const after = await this.#load(connections, this.#peak * NORMAL_SHARE, AFTER_SECONDS);

    const sorted = sortExchanges(during, { bytes, patienceMs: OVERLOAD.patienceMs });
    const goodput = sorted.good.length / OVERLOAD.seconds;
    return {
      name,
      connections: this.#connections,
      peak: this.#peak,
      offered,
      goodput,
      goodputShare: (goodput / this.#peak) * 100,
      refused: sorted.refusals.length / OVERLOAD.seconds,
      refusalP50: quantile(sorted.refusals, 0.5),
      refusalP99: quantile(sorted.refusals, 0.99),
      misspoken: sorted.misspoken,
      failed: sorted.failed,
      unsent: sorted.unsent,
      broken: sorted.broken,
      late: sorted.late,
      degraded: sorted.degraded,
      lateness: quantile(sorted.lateness, 0.99),
      checks: { asked: checks?.asked ?? 0, unanswered: checks?.unanswered ?? 0 },
      slowestCheck: checks?.slowestMs,
      recoveredAfterS: recoveredAfter(before, after),
    };
  }

  #load(connections: RawConnections, perSecond: number, seconds: number): Promise<readonly Exchange[]> {
    const { gateway } = this.#lab;
    return openLoop({
      connections,
      request: () => onTheWire(gateway.request(this.#running.app)),
      perSecond,
      seconds,
      random: this.#random,
    });
  }
}
