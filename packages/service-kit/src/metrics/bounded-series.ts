import { Counter } from "prom-client";
import type { Registry } from "prom-client";

/** The values of a metric's first labels, and what follows them. */
class Level<Series> {
  readonly next = new Map<string, Level<Series>>();
  series: Series | undefined;
}

/**
 * The series of one metric, made once for each combination of label values and kept. A value that
 * should never have been a label (a path, an id) must not grow the process for ever, so past
 * `limit` combinations all new ones share one series whose labels are `overflow`.
 */
export class BoundedSeries<Series> {
  readonly #root = new Level<Series>();
  readonly #make: (labels: string[]) => Series;
  readonly #limit: number;
  #made = 0;
  #overflow: Series | undefined;

  constructor(make: (labels: string[]) => Series, limit = 1_000) {
    this.#make = make;
    this.#limit = limit;
  }

  /** The series of these label values, in the order of the metric's label names. */
  of(...labels: string[]): Series {
    // A map for each label: one map of all would need a text that joins them, at each call.
    let level: Level<Series> | undefined = this.#root;
    for (const label of labels) level = level?.next.get(label);
    return level?.series ?? this.#add(labels);
  }

  #add(labels: string[]): Series {
    if (this.#made >= this.#limit) {
      return (this.#overflow ??= this.#make(labels.map(() => "overflow")));
    }
    let level = this.#root;
    for (const label of labels) {
      const next: Level<Series> = level.next.get(label) ?? new Level();
      level.next.set(label, next);
      level = next;
    }
    this.#made += 1;
    level.series = this.#make(labels);
    return level.series;
  }
}

/** What a series has counted since the metric was read. */
type Tally = { count: number };

/**
 * The series of a new counter: add to their `count`. The library's own increment checks the labels
 * and builds a text of them each time, so it is told when the metric is read.
 */
export function tallies(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
): BoundedSeries<Tally> {
  const all: { readonly labels: Readonly<Record<string, string>>; readonly tally: Tally }[] = [];
  const counter = new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      for (const { labels, tally } of all) {
        counter.inc(labels, tally.count);
        tally.count = 0;
      }
    },
  });
  return new BoundedSeries((values) => {
    const tally = { count: 0 };
    all.push({ labels: Object.fromEntries(labelNames.map((label, at) => [label, values[at] ?? ""])), tally });
    return tally;
  });
}
