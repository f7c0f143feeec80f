import { seeded } from "../bench/measure/random.ts";
import { bootstrapInterval, median } from "../bench/measure/statistics.ts";
import type { Interval } from "../bench/measure/statistics.ts";
import type { Connection, Repetition } from "./measure-loads.ts";

/** One way beside the other on one network, ms and bytes: medians. */
export type Comparison = {
  readonly services: number;
  readonly bff: number;
  /** By how much sooner the BFF's data is complete, in the same repetition; below 0, later. */
  readonly saved: Gain;
  /** The same beside three calls only: for a client that needs no product's details. */
  readonly savedBesideThree: Gain;
  /** How much sooner the services' first answer is there than the BFF's only one. */
  readonly firstSooner: Gain;
  readonly servicesBytes: number;
  readonly bffBytes: number;
};

export type Gain = Interval & { readonly median: number };

export function compare(repetitions: readonly Repetition[], connection: Connection): Comparison {
  const of = (pick: (repetition: Repetition) => number): readonly number[] => repetitions.map(pick);
  return {
    services: median(of(({ services }) => services[connection].complete)),
    bff: median(of(({ bff }) => bff[connection].complete)),
    saved: gain(of(({ services, bff }) => services[connection].complete - bff[connection].complete)),
    savedBesideThree: gain(
      of(({ services, bff }) => services[connection].independent - bff[connection].complete),
    ),
    firstSooner: gain(of(({ services, bff }) => bff[connection].first - services[connection].first)),
    servicesBytes: median(of(({ services }) => services[connection].bytes)),
    bffBytes: median(of(({ bff }) => bff[connection].bytes)),
  };
}

/** Streamed HTML beside plain JSON, ms: medians. */
export type HtmlComparison = {
  readonly json: number;
  readonly firstByte: number;
  readonly firstSection: number;
  readonly complete: number;
  /** By how much sooner its first section stands than the JSON is there. */
  readonly sectionSooner: Gain;
  readonly jsonBytes: number;
  readonly htmlBytes: number;
};

export function compareHtml(repetitions: readonly Repetition[], connection: Connection): HtmlComparison {
  const pairs = repetitions.flatMap(({ bff, html }) =>
    html === undefined ? [] : [{ json: bff[connection], html: html[connection] }],
  );
  return {
    json: median(pairs.map(({ json }) => json.complete)),
    firstByte: median(pairs.map(({ html }) => html.firstByte)),
    firstSection: median(pairs.map(({ html }) => html.firstSection)),
    complete: median(pairs.map(({ html }) => html.complete)),
    sectionSooner: gain(pairs.map(({ json, html }) => json.complete - html.firstSection)),
    jsonBytes: median(pairs.map(({ json }) => json.bytes)),
    htmlBytes: median(pairs.map(({ html }) => html.bytes)),
  };
}

/** Of fewer, not even the least and the greatest hold the median between them in 95% of cases: the range of n does in 1 - 2^(1-n). */
const FEWEST = 6;

/** The median of differences of pairs, with its 95% interval; NaN to NaN where there are too few for one. */
export function gain(differences: readonly number[]): Gain {
  if (differences.length < FEWEST) return { median: median(differences), from: Number.NaN, to: Number.NaN };
  return { median: median(differences), ...bootstrapInterval(differences, median, seeded(5)) };
}

/** `wins by 120 ms (101 to 140)`; where the interval holds 0 there is no difference to tell. Where there is none: `about 120 ms`, below 0 for a loss. */
export function tellGain({ median, from, to }: Gain): string {
  const interval = (sign: number): string => {
    const ends = [from * sign, to * sign].toSorted((a, b) => a - b);
    return `(${ends.map((end) => end.toFixed(0)).join(" to ")})`;
  };
  if (Number.isNaN(from)) return `about ${median.toFixed(0)} ms, too few repetitions to tell`;
  if (from > 0) return `wins by ${median.toFixed(0)} ms ${interval(1)}`;
  if (to < 0) return `loses by ${(-median).toFixed(0)} ms ${interval(-1)}`;
  return `no difference ${interval(1)}`;
}
