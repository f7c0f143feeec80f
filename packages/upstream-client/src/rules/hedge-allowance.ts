/** Hedges that may be saved up: a short slow spell may use what quiet calls left. */
const MOST_SAVED = 5;

/** Lets at most a share of calls be hedged, counted from the first call: it starts with nothing and saves little. */
export class HedgeAllowance {
  readonly #share: number;
  #saved = 0;

  /** @param share between 0 and 1 */
  constructor(share: number) {
    this.#share = share;
  }

  /** A call that could be hedged was made. */
  deposit(): void {
    this.#saved = Math.min(MOST_SAVED, this.#saved + this.#share);
  }

  /** Whether one more hedge is within the share. */
  get hasOne(): boolean {
    // Twenty additions of 0.05 are a little less than 1.
    return this.#saved >= 1 - Number.EPSILON * 20;
  }

  withdraw(): void {
    this.#saved = Math.max(0, this.#saved - 1);
  }
}
