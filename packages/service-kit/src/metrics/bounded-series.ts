/**
 * The series of one metric, made once for each combination of label values and kept. A value that
 * should never have been a label (a path, an id) must not grow the process for ever, so past
 * `limit` combinations all new ones share one series whose labels are `overflow`.
 */
export class BoundedSeries<Series> {
  readonly #made = new Map<string, Series>();
  readonly #make: (labels: string[]) => Series;
  readonly #limit: number;
  #overflow: Series | undefined;

  constructor(make: (labels: string[]) => Series, limit = 1_000) {
    this.#make = make;
    this.#limit = limit;
  }

  /** The series of these label values, in the order of the metric's label names. */
  of(...labels: string[]): Series {
    const key = labels.join("\n");
    const found = this.#made.get(key);
    if (found !== undefined) return found;
    if (this.#made.size >= this.#limit) {
      this.#overflow ??= this.#make(labels.map(() => "overflow"));
      return this.#overflow;
    }
    const made = this.#make(labels);
    this.#made.set(key, made);
    return made;
  }
}
