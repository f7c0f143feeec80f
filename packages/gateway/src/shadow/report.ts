import type { Clock, Logger, Metrics } from "@triptych/service-kit";
import { Counter } from "prom-client";

/**
 * What became of a pair. `degraded`: the second version's answer lacks a part that the first one's
 * has. `failed`: it was not reached, broke off, or answered 5xx. `cut`: the first answer was not
 * whole. `dropped`: too many were under way, so nothing was sent.
 */
export type ShadowOutcome =
  | "same"
  | "differs"
  | "degraded"
  | "failed"
  | "late"
  | "too-large"
  | "cut"
  | "dropped";

/** A pair's two requests, by which its log lines are found. */
interface Example {
  readonly requestId: string;
  readonly shadowRequestId: string;
}

/** Counts pairs, and says now and then where they differ: never with what. */
export interface ShadowReport {
  count(route: string, outcome: ShadowOutcome): void;
  /** @param places where the two differ, each once */
  note(route: string, places: readonly string[], example: Example): void;
}

/** Milliseconds from a route's first pair to the line that sums up. */
const SUMMARY_MS = 60_000;
/** Places in a line, the most frequent first. */
const MOST_SHOWN = 20;
/** Places that are counted; an answer with keys of its own would make ever more. */
const MOST_PLACES = 200;

interface Place extends Example {
  readonly at: string;
  readonly pairs: number;
}

interface Tally {
  readonly outcomes: Partial<Record<ShadowOutcome, number>>;
  readonly places: Map<string, Place>;
}

/** Creates the counter and the summing lines. */
export function createShadowReport(tools: {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}): ShadowReport {
  const { metrics, logger, clock } = tools;
  const pairs = new Counter({
    name: "gateway_shadow_total",
    help: "Requests that were sent to a second version too, by what came of the comparison",
    labelNames: ["route", "outcome"],
    registers: [metrics.registry],
  });
  const tallies = new Map<string, Tally>();

  function tallyOf(route: string): Tally {
    const found = tallies.get(route);
    if (found !== undefined) return found;
    const tally: Tally = { outcomes: {}, places: new Map() };
    tallies.set(route, tally);
    clock.setTimer(SUMMARY_MS, () => sumUp(route, tally), "unref");
    return tally;
  }

  function sumUp(route: string, { outcomes, places }: Tally): void {
    tallies.delete(route);
    const differences = [...places.values()].toSorted((a, b) => b.pairs - a.pairs).slice(0, MOST_SHOWN);
    logger.info({ route, outcomes, differences, places: places.size }, "compared with a second version");
  }

  return {
    count(route, outcome) {
      pairs.labels(route, outcome).inc();
      const { outcomes } = tallyOf(route);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },
    note(route, names, example) {
      const { places } = tallyOf(route);
      for (const at of new Set(names.map(placeOf))) {
        const found = places.get(at);
        if (found === undefined && places.size >= MOST_PLACES) continue;
        places.set(at, { ...(found ?? example), at, pairs: (found?.pairs ?? 0) + 1 });
      }
    },
  };
}

/** Members' names as a schema has them; a map's keys may be ids or names of people. */
const NAME = /^(?:\*|[A-Za-z_$][A-Za-z_$-]{0,39}\d{0,2})$/;

function placeOf(pointer: string): string {
  return pointer
    .split("/")
    .map((name) => (name === "" || NAME.test(name) ? name : "*"))
    .join("/");
}
