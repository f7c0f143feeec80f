import { median, medianInterval } from "../bench/measure/statistics.ts";
import type { Interval } from "../bench/measure/statistics.ts";
import type { Connection, Repetition } from "./repetition.ts";

/** The median of the differences within repetitions, with its 95% interval, in ms. */
export type Gain = Interval & { readonly median: number };

/** Medians over the repetitions on one network, in ms and bytes. */
export type Comparison = {
  readonly services: number;
  readonly bff: number;
  readonly servicesBytes: number;
  readonly bffBytes: number;
  /** By how much sooner the BFF's data is complete. Below 0: later. */
  readonly saved: Gain;
  /** The same beside three calls only, for a client that needs no product's details. */
  readonly savedBesideThree: Gain;
  /** By how much sooner the BFF's only answer is there than the services' first one. */
  readonly savedBesideFirst: Gain;
};

/** Compares the two ways to the data over one kind of connection. */
export function compare(repetitions: readonly Repetition[], connection: Connection): Comparison {
  const loads = repetitions.map((one) => ({ services: one.services[connection], bff: one.bff[connection] }));
  return {
    services: median(loads.map(({ services }) => services.complete)),
    bff: median(loads.map(({ bff }) => bff.complete)),
    servicesBytes: median(loads.map(({ services }) => services.bytes)),
    bffBytes: median(loads.map(({ bff }) => bff.bytes)),
    saved: gain(loads.map(({ services, bff }) => services.complete - bff.complete)),
    savedBesideThree: gain(loads.map(({ services, bff }) => services.independent - bff.complete)),
    savedBesideFirst: gain(loads.map(({ services, bff }) => services.first - bff.first)),
  };
}

/**
 * With fewer, not even the least and the greatest have the median between them in 95% of cases: for
 * n numbers they do in 1 - 2^(1-n).
 */
const FEWEST = 6;

/** The gain of paired differences. NaN to NaN where there are too few for an interval. */
export function gain(differences: readonly number[]): Gain {
  const none = { from: Number.NaN, to: Number.NaN };
  const interval = differences.length < FEWEST ? none : medianInterval(differences);
  return { median: median(differences), ...interval };
}

/**
 * A gain in words: `wins by 120 ms (101 to 140)`. Where the interval contains 0 there is no
 * difference to tell. Without an interval: `about 120 ms`, below 0 for a loss.
 */
export function gainText({ median, from, to }: Gain): string {
  if (Number.isNaN(from)) return `about ${median.toFixed(0)} ms, too few repetitions to tell`;
  if (from > 0) return `wins by ${median.toFixed(0)} ms (${from.toFixed(0)} to ${to.toFixed(0)})`;
  if (to < 0) {
    return `loses by ${(-median).toFixed(0)} ms (${(-to).toFixed(0)} to ${(-from).toFixed(0)})`;
  }
  return `no difference (${from.toFixed(0)} to ${to.toFixed(0)})`;
}
