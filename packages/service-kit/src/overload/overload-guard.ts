import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import { problemBody } from "../problems/problems.ts";
import type { ProblemPage } from "../problems/send-problem.ts";
import { layerEntry, newRequestId } from "../requests/record.ts";
import { AdmissionLimit, LEAST_LIMIT } from "./admission-limit.ts";

/** How often the event loop's delay is measured, in ms. */
const LOOK_MS = 10;
/**
 * When a look is this late, in ms, and as many requests as may always be in flight were admitted
 * since the last one, no more are: this turn of the loop has read more requests than there is time
 * for. Without it, a thousand that arrive at once are all admitted before the first look. If only a
 * few arrived, it was the machine that held the process up.
 */
const MOST_OVERDUE_MS = 50;
/** CoDel's 100 ms, and at least two looks: a single late one may be a pause of the collector. */
const INTERVAL_MS = 100;
const LEAST_LOOKS = 2;

/** What the guard did, for the log and the metrics. */
export type OverloadReport = {
  readonly refused: number;
  readonly limit: number;
  readonly loopDelayMs: number;
};

/**
 * Watches the event loop while many requests are in flight, and decides for each new one whether
 * there is time for it. With few in flight it does nothing, so an idle process is not woken.
 */
export class OverloadGuard {
  readonly #clock: Clock;
  readonly #report: (report: OverloadReport) => void;
  readonly #limit = new AdmissionLimit();
  #inFlight = 0;
  #watching = false;
  #dueAt = 0;
  #enteredSinceLook = 0;
  #beganAt = 0;
  #looks = 0;
  #leastDelayMs = Number.POSITIVE_INFINITY;
  #peakInFlight = 0;
  #refused = 0;
  #wasted = 0;

  /** @param report called after each interval in which requests were refused */
  constructor(clock: Clock, report: (report: OverloadReport) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** @returns false for a request that must be refused; else call `leave` when the request ends */
  tryEnter(): boolean {
    if (!this.#limit.allows(this.#inFlight) || this.#isOverdue()) {
      this.#refused += 1;
      return false;
    }
    this.#inFlight += 1;
    this.#enteredSinceLook += 1;
    if (this.#inFlight > this.#peakInFlight) this.#peakInFlight = this.#inFlight;
    if (!this.#watching && this.#inFlight >= LEAST_LIMIT) {
      this.#watching = true;
      this.#begin();
      this.#lookLater();
    }
    return true;
  }

  /** @param wasted whether it was let in for less than its whole answer: a service had no place */
  leave(wasted = false): void {
    this.#inFlight -= 1;
    if (wasted) this.#wasted += 1;
  }

  #isOverdue(): boolean {
    if (!this.#watching || this.#enteredSinceLook < LEAST_LIMIT) return false;
    return this.#clock.now() - this.#dueAt > MOST_OVERDUE_MS;
  }

  #begin(): void {
    this.#beganAt = this.#clock.now();
    this.#looks = 0;
    this.#leastDelayMs = Number.POSITIVE_INFINITY;
    this.#peakInFlight = this.#inFlight;
    this.#refused = 0;
    this.#wasted = 0;
  }

  #lookLater(): void {
    this.#dueAt = this.#clock.now() + LOOK_MS;
    this.#enteredSinceLook = 0;
    this.#clock.setTimer(LOOK_MS, () => this.#look(this.#clock.now() - this.#dueAt), "unref");
  }

  #look(delayMs: number): void {
    this.#leastDelayMs = Math.min(this.#leastDelayMs, delayMs);
    this.#looks += 1;
    const now = this.#clock.now();
    if (this.#looks >= LEAST_LOOKS && now - this.#beganAt >= INTERVAL_MS) {
      this.#limit.observe({
        leastDelayMs: this.#leastDelayMs,
        peakInFlight: this.#peakInFlight,
        inFlight: this.#inFlight,
        refused: this.#refused,
        wasted: this.#wasted,
        now,
      });
      if (this.#refused > 0) {
        this.#report({
          refused: this.#refused,
          limit: this.#limit.value,
          loopDelayMs: this.#leastDelayMs,
        });
      }
      this.#begin();
    }
    this.#watching = this.#inFlight >= LEAST_LIMIT || Number.isFinite(this.#limit.value);
    if (this.#watching) this.#lookLater();
  }
}

const RETRY_AFTER_SECONDS = 1;

/** The limit that refused, in `Server-Timing` and the log. */
export const OVERLOAD = "overload";

const DETAIL = "There is no time for this request: try again in a moment";
/** Stands for the request id, and is in no page. */
const ID_MARK = "\uE000";
const PROBLEM = problemBody({ code: "overloaded", detail: DETAIL }, ID_MARK);

/**
 * Creates the answer to a request for which there is no time, before anything is done for it: four
 * of five requests may end here, so only the request id is made for each, and all is one write. The
 * connection stays: a new one would cost more.
 *
 * @param layer the layer that refuses, for `Server-Timing`
 * @param page what a browser gets that opens a page, whose `Accept` begins with `text/html`.
 *   Rendered once, so it may hold nothing of one answer only, such as a nonce
 */
export function overloadRefusal(
  layer: string,
  page?: ProblemPage,
): (req: IncomingMessage, res: ServerResponse) => void {
  const shared = {
    "Server-Timing": layerEntry(layer, OVERLOAD),
    "Retry-After": String(RETRY_AFTER_SECONDS),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
  const form = (body: string, fields: Readonly<Record<string, string>>) => ({
    parts: body.split(ID_MARK),
    headers: Object.entries({ ...shared, ...fields }).flat(),
  });
  const json = form(JSON.stringify(PROBLEM), { "Content-Type": "application/problem+json" });
  const rendered = page?.(PROBLEM);
  const html =
    rendered && form(rendered.document, { ...rendered.headers, "Content-Type": "text/html; charset=utf-8" });
  return (req, res) => {
    const requestId = newRequestId();
    const isPage = req.headers.accept?.startsWith("text/html") === true;
    const { parts, headers } = isPage && html !== undefined ? html : json;
    const body = parts.join(requestId);
    const length = String(Buffer.byteLength(body));
    res.writeHead(PROBLEM.status, [...headers, "Content-Length", length, "X-Request-Id", requestId]);
    res.end(req.method === "HEAD" ? undefined : body);
  };
}
