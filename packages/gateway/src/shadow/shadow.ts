import { randomUUID } from "node:crypto";
import type { Clock, Random } from "@triptych/service-kit";
import type { Instances } from "../forward/instances.ts";
import { SentRequest } from "../forward/send-request.ts";
import type { Receiver } from "../forward/send-request.ts";
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
    if (outcome !== undefined) return report.count(route.name, outcome);
    const [one, other] = [await first.compared(), await second.compared()];
    if (one === undefined || other === undefined) return report.count(route.name, "too-large");
    const places = differencesOf(one, other, ignore).map(({ at }) => at);
    report.count(route.name, places.length === 0 ? "same" : "differs");
    report.note(route.name, places, { requestId, shadowRequestId });
  }

  return (request, first) => {
    const { route } = request;
    const instances = targets.get(route.target);
    const { shadow } = route;
    if (instances === undefined || shadow === undefined || random() >= shadow.share) return first;
    let kept: KeptAnswer | undefined;
    return {
      begun(status, headers) {
        first.begun(status, headers);
        const answer = new KeptAnswer();
        answer.begun(status, headers);
        if (!answer.isComparable) return;
        if (underWay >= MOST_PAIRS) return report.count(route.name, "dropped");
        underWay += 1;
        kept = answer;
        // Later, so that what has come of the first answer goes out before.
        setImmediate(() => {
          void play(request, shadow, instances, answer)
            // Such as an answer that is nested too deep to be compared.
            .catch(() => report.count(route.name, "failed"))
            .finally(() => (underWay -= 1));
        });
      },
      data(chunk, flow) {
        first.data(chunk, flow);
        kept?.data(chunk, UNSTOPPED);
      },
      ended(trailers) {
        first.ended(trailers);
        kept?.ended();
      },
      failed(failure, error) {
        first.failed(failure, error);
        kept?.failed(failure);
      },
    };
  };
}

/** The first answer may never be ended for the comparison's sake. */
const UNSTOPPED = { abort: () => undefined };
