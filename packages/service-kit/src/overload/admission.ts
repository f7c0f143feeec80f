import type { Clock } from "../clock.ts";

/**
 * How long a turn of the event loop should take under load, in ms. What arrives in one turn is read
 * in the next, so a refusal takes about two.
 */
const TURN_MS = 5;
/** So many requests may start in a turn before anything was learned. */
export const FIRST_PER_TURN = 8;
/**
 * How much of its error a turn corrects, as an exponent. What a page does falls into the three or
 * four turns after its start: a quicker correction would swing.
 */
const GAIN = 1 / 4;
/**
 * How long a request may have to wait for its start, in ms. A burst of this length is answered
 * whole, and a longer queue would never empty (the interval of CoDel: Nichols and Jacobson,
 * "Controlling Queue Delay", ACM Queue 2012).
 */
const MOST_WAIT_MS = 100;
/** So many may wait in any case: a turn may be long because the machine held the process up. */
export const LEAST_WAITING = 32;
/** The weight of the last turn in the average time of a request. */
const WEIGHT = 1 / 8;
/** At most one line of the log in this time. */
const REPORT_MS = 1_000;

/** What was refused since the last report, for the log. */
export type OverloadReport = {
  readonly refused: number;
  /** How many requests may wait. */
  readonly limit: number;
  /** The process's time for one request, in ms, with the refusals beside it. */
  readonly requestMs: number;
};

/** What becomes of a request. */
export type Verdicts<Request> = {
  readonly start: (request: Request) => void;
  readonly refuse: (request: Request) => void;
  readonly report: (report: OverloadReport) => void;
};

/**
 * Shares out the event loop. In each turn it starts as many requests as fit in `TURN_MS`, together
 * with all else that the turn has to do, and the others wait. So what was started is finished
 * before more is begun, and no turn is long. A request that would wait too long is refused when it
 * arrives.
 *
 * It measures the event loop, not how long answers take: a slow service is no overload.
 */
export class Admission<Request> {
  readonly #clock: Clock;
  readonly #verdicts: Verdicts<Request>;
  readonly #atTurnsEnd: (call: () => void) => void;
  readonly #waiting: Request[] = [];
  /** How many requests a turn starts; a fraction adds up over turns. */
  #perTurn = FIRST_PER_TURN;
  #started = 0;
  #inTurn = false;
  #turnBeganAt = 0;
  /** 0 as long as it is unknown. */
  #requestMs = 0;
  #refused = 0;

  /**
   * @param atTurnsEnd calls back once all that is ready now has been done. Default: `setImmediate`
   */
  constructor(
    clock: Clock,
    verdicts: Verdicts<Request>,
    atTurnsEnd: (call: () => void) => void = setImmediate,
  ) {
    this.#clock = clock;
    this.#verdicts = verdicts;
    this.#atTurnsEnd = atTurnsEnd;
  }

  /** Starts a request now, or soon, or refuses it. */
  admit(request: Request): void {
    if (this.#waiting.length > 0 || this.#isTurnFull()) {
      if (this.#waiting.length < this.#mostWaiting()) this.#waiting.push(request);
      else this.#refuse(request);
      return;
    }
    this.#beginTurn();
    this.#started += 1;
    this.#verdicts.start(request);
  }

  #isTurnFull(): boolean {
    return this.#started >= Math.floor(this.#perTurn);
  }

  #mostWaiting(): number {
    if (this.#requestMs === 0) return Number.POSITIVE_INFINITY;
    return Math.max(LEAST_WAITING, Math.floor(MOST_WAIT_MS / this.#requestMs));
  }

  #beginTurn(): void {
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#started = 0;
    this.#turnBeganAt = this.#clock.now();
    this.#atTurnsEnd(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#inTurn = false;
    if (this.#waiting.length > 0) this.#learn(this.#clock.now() - this.#turnBeganAt);
    this.#started = 0;
    for (const late of this.#waiting.splice(this.#mostWaiting())) this.#refuse(late);
    if (this.#waiting.length === 0) return;
    this.#beginTurn();
    for (const request of this.#waiting.splice(0, Math.floor(this.#perTurn))) {
      this.#started += 1;
      this.#verdicts.start(request);
    }
  }

  /** Learns from a turn that had more to start than time. */
  #learn(lastedMs: number): void {
    const requestMs = lastedMs / Math.max(1, this.#started);
    this.#requestMs += (requestMs - this.#requestMs) * (this.#requestMs === 0 ? 1 : WEIGHT);
    const correction = (TURN_MS / Math.max(1, lastedMs)) ** GAIN;
    this.#perTurn = Math.max(1, this.#perTurn * Math.max(1 / 2, correction));
  }

  #refuse(request: Request): void {
    if (this.#refused === 0) this.#clock.setTimer(REPORT_MS, () => this.#report(), "unref");
    this.#refused += 1;
    this.#verdicts.refuse(request);
  }

  #report(): void {
    const requestMs = Math.round(this.#requestMs * 100) / 100;
    this.#verdicts.report({ refused: this.#refused, limit: this.#mostWaiting(), requestMs });
    this.#refused = 0;
  }
}
