import { onTheWire } from "../load/gateway.ts";
import { openLoop } from "../load/open-loop.ts";
import type { Exchange } from "../load/open-loop.ts";
import { RawConnections } from "../load/raw-connections.ts";
import { peakRate } from "../measure/peak-rate.ts";
import { median, quantile } from "../measure/statistics.ts";
import type { Lab, Running } from "../processes/lab.ts";
import { seeded } from "../measure/random.ts";
import { watchHealth } from "./watch-health.ts";
import { recoveredAfter, sortExchanges } from "./sort-exchanges.ts";

/** How a program is overloaded. */
export const OVERLOAD = {
  times: 5,
  /** Each time after a look at the peak: a machine has slow and fast minutes, and the two must be of the same one. */
  rounds: 5,
  /** Of each round. */
  seconds: 5,
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
  /** Pages a second, at most, when nobody overloads it: of the middle round, as all rates here. */
  readonly peak: number;
  /** Requests a second of the overload. */
  readonly offered: number;
  /** Whole pages a second that came in time. */
  readonly goodput: number;
  /** Of the same round's peak, %. */
  readonly goodputShare: number;
  /** The worst round's. */
  readonly leastShare: number;
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

type Round = { readonly peak: number; readonly exchanges: readonly Exchange[] };

/** Normal load, overload in rounds, normal load, on one program. */
export class OverloadRun {
  readonly #lab: Lab;
  readonly #running: Running;
  readonly #connections: number;
  readonly #random = seeded(11);

  constructor(lab: Lab, running: Running, connections: number) {
    this.#lab = lab;
    this.#running = running;
    this.#connections = connections;
  }

  async run(): Promise<OverloadResult> {
    const { name, program } = this.#running;
    using connections = new RawConnections(program.port, this.#connections);
    // Before all else, as a balancer has them: a process accepts one connection in a turn of its loop, so opening them takes seconds in an overload.
    await connections.open();
    const normal = (await this.#peak()) * NORMAL_SHARE;
    const before = await this.#load(connections, normal, NORMAL_SECONDS);
    const rounds: Round[] = [];
    const checks = { asked: 0, unanswered: 0, slowestMs: Number.NaN };
    for (let round = 0; round < OVERLOAD.rounds; round += 1) {
      const peak = await this.#peak();
      const health = program.adminPort === 0 ? undefined : watchHealth(program.adminPort);
      rounds.push({
        peak,
        exchanges: await this.#load(connections, peak * OVERLOAD.times, OVERLOAD.seconds),
      });
      const seen = await health?.stop();
      if (seen === undefined) continue;
      checks.asked += seen.asked;
      checks.unanswered += seen.unanswered;
      checks.slowestMs = Math.max(seen.slowestMs, checks.slowestMs || 0);
    }
    const after = await this.#load(connections, normal, AFTER_SECONDS);
    return {
      name,
      connections: this.#connections,
      ...this.#sum(rounds),
      checks: { asked: checks.asked, unanswered: checks.unanswered },
      slowestCheck: Number.isNaN(checks.slowestMs) ? undefined : checks.slowestMs,
      recoveredAfterS: recoveredAfter(before, after),
    };
  }

  #sum(rounds: readonly Round[]) {
    const { bytes } = this.#running;
    const sort = (exchanges: readonly Exchange[]) =>
      sortExchanges(exchanges, { bytes, patienceMs: OVERLOAD.patienceMs });
    const each = rounds.map(({ peak, exchanges }) => {
      const { good, refusals } = sort(exchanges);
      return {
        peak,
        goodput: good.length / OVERLOAD.seconds,
        share: (good.length / OVERLOAD.seconds / peak) * 100,
        refused: refusals.length / OVERLOAD.seconds,
      };
    });
    const peak = median(each.map((round) => round.peak));
    const all = sort(rounds.flatMap(({ exchanges }) => exchanges));
    const { misspoken, failed, unsent, broken, late, degraded } = all;
    return {
      peak,
      offered: peak * OVERLOAD.times,
      goodput: median(each.map((round) => round.goodput)),
      goodputShare: median(each.map((round) => round.share)),
      leastShare: Math.min(...each.map((round) => round.share)),
      refused: median(each.map((round) => round.refused)),
      refusalP50: quantile(all.refusals, 0.5),
      refusalP99: quantile(all.refusals, 0.99),
      lateness: quantile(all.lateness, 0.99),
      misspoken,
      failed,
      unsent,
      broken,
      late,
      degraded,
    };
  }

  #peak(): Promise<number> {
    return peakRate(this.#lab, this.#running);
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
