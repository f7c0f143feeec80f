import { randomUUID } from "node:crypto";
import type { Clock, Random } from "@triptych/service-kit";
import type { Fields } from "../forward/headers.ts";
import type { Instances } from "../forward/instances.ts";
import { SentRequest } from "../forward/send-request.ts";
import type { Flow, Receiver } from "../forward/send-request.ts";
import type { Route, ShadowShare } from "../table/route.ts";
import { differencesOf } from "./differences.ts";
import { KeptAnswer } from "./kept-answer.ts";
import type { ShadowOutcome, ShadowReport } from "./report.ts";

/**
 * Pairs under way in a gateway. It bounds what a second version that hangs can cost: 16 requests,
 * and 16 times two answers in memory. Other requests are not sent to it, and counted.
 */
export const MOST_PAIRS = 16;

/** What a shadow needs. */
export interface ShadowOptions {
  /** The second versions' addresses, by target. */
  readonly targets: ReadonlyMap<string, Instances>;
  readonly report: ShadowReport;
  readonly clock: Clock;
  /** Chooses the requests. */
  readonly random?: Random | undefined;
}

/** A GET without a body, as it is sent to the first version. */
export interface FirstRequest {
  readonly route: Route;
  readonly requestId: string;
  readonly path: string;
  /** Makes the second request's headers, with an identity of its own: names and values in turn. */
  readonly headersOf: (requestId: string) => string[];
}

/**
 * Has a request's answers of two versions compared, if it is chosen.
 *
 * @param first gets the first version's answer, always before anything else is done with it
 * @returns what to hand the first version's answer to
 */
export type Shadow = (request: FirstRequest, first: Receiver) => Receiver;

/** Creates the shadow of all routes. */
export function createShadow({ targets, report, clock, random = Math.random }: ShadowOptions): Shadow {
  let underWay = 0;

  async function play(
    { route, requestId, path, headersOf }: FirstRequest,
    { ignore }: ShadowShare,
    instances: Instances,
    first: KeptAnswer,
  ): Promise<void> {
    const second = new KeptAnswer();
    const shadowRequestId = randomUUID();
    const headers = headersOf(shadowRequestId);
    const sent = new SentRequest(instances, { method: "GET", path, headers, body: null }, second);
    const cancel = clock.setTimer(route.deadlineMs, () => sent.end("late"), "unref");
    sent.send();
    const firstEnd = await first.done;
    if (firstEnd !== "whole") sent.end("client-gone");
    const secondEnd = await second.done;
    cancel();
    const outcome = ((): ShadowOutcome | undefined => {
      if (firstEnd === "too-large" || secondEnd === "too-large") return "too-large";
      if (firstEnd !== "whole") return "cut";
      if (secondEnd === "late") return "late";
      if (secondEnd !== "whole" || second.hasFailed) return "failed";
      return second.isDegraded ? "degraded" : undefined;
    })();
    if (outcome !== undefined) {
      report.count(route.name, outcome);
      return;
    }
    const [one, other] = [await first.compared(), await second.compared()];
    if (one === undefined || other === undefined) {
      report.count(route.name, "too-large");
      return;
    }
    const places = differencesOf(one, other, ignore).map(({ at }) => at);
    report.count(route.name, places.length === 0 ? "same" : "differs");
    report.note(route.name, places, { requestId, shadowRequestId });
  }

  return (request, first) => {
    const { route } = request;
    const instances = targets.get(route.target);
    const { shadow } = route;
    if (instances === undefined || shadow === undefined || random() >= shadow.share) return first;
    return new FollowedAnswer(first, (kept) => {
      if (underWay >= MOST_PAIRS) {
        report.count(route.name, "dropped");
        return false;
      }
      underWay += 1;
      // Later, so that what has come of the first answer goes out before.
      setImmediate(() => {
        void play(request, shadow, instances, kept)
          // Such as an answer that is nested too deep to be compared.
          .catch(() => report.count(route.name, "failed"))
          .finally(() => (underWay -= 1));
      });
      return true;
    });
  };
}

/** The first answer may never be ended for the comparison's sake. */
const UNSTOPPED = { abort: () => undefined };

/** The first version's answer: it goes its way, and is kept where it is to be compared. */
class FollowedAnswer implements Receiver {
  readonly #first: Receiver;
  readonly #follow: (kept: KeptAnswer) => boolean;
  #kept: KeptAnswer | undefined;

  /** @param follow gets an answer that has begun, and says whether it is to be kept */
  constructor(first: Receiver, follow: (kept: KeptAnswer) => boolean) {
    this.#first = first;
    this.#follow = follow;
  }

  begun(status: number, headers: Fields): void {
    this.#first.begun(status, headers);
    const kept = new KeptAnswer();
    kept.begun(status, headers);
    if (kept.isComparable && this.#follow(kept)) this.#kept = kept;
  }

  data(chunk: Buffer, flow: Flow): void {
    this.#first.data(chunk, flow);
    this.#kept?.data(chunk, UNSTOPPED);
  }

  ended(trailers: Fields): void {
    this.#first.ended(trailers);
    this.#kept?.ended();
  }

  failed(...why: Parameters<Receiver["failed"]>): void {
    this.#first.failed(...why);
    this.#kept?.failed(why[0]);
  }
}
