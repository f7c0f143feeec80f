import { RequestContext, TimedDeadline } from "@triptych/upstream-client";
import type { CallScope, Caller, Clock, Random } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import type { VersionParts } from "../definition/app-version.ts";
import type { ScreenReport } from "../run/report.ts";
import { deadlineMsOf } from "./request-deadline.ts";

export type MountOptions<Clients> = {
  /** The domain services' clients, made for one section's scope. */
  readonly clients: (scope: CallScope) => Clients;
  /** Who asks: what the app made of the verified identity of this request. */
  readonly caller: (req: Request, res: Response) => Caller;
  /** Called as soon as it is known what is asked for, also when it is then refused: for the log. */
  readonly onMatch?: (res: Response, name: string) => void;
  /** Called once a request, when its answer is decided. */
  readonly report: (res: Response, report: ScreenReport) => void;
  /** The oldest app version that is still answered; without it `X-App-Version` is not looked at. */
  readonly oldestVersion?: VersionParts;
  /**
   * Whether this client should get a page's sections in the document's order. Without it, all get them as they are ready. It is asked of
   * every request for a screen that has a page, and may refuse it with a problem.
   */
  readonly inDocumentOrder?: (req: Request) => boolean;
  /** For commands that plain forms may send. */
  readonly formTokens?: FormTokens;
  readonly clock: Clock;
  readonly random: Random;
};

/** Proof that a form was on a page that this user was shown, against posts from other sites (there are no cookies here). */
export type FormTokens = {
  readonly issue: (userId: string) => string;
  readonly accepts: (userId: string, token: string) => boolean;
};

/** One client request under way: its context, and the end of all its calls. */
export type ActiveRequest = {
  readonly context: RequestContext;
  /** Milliseconds since the request came in. */
  readonly elapsedMs: () => number;
  /** Ends whatever is still under way for this request. */
  readonly finish: () => void;
};

/**
 * Starts a request's clock: one deadline for all that it causes, ended early when its client goes away.
 * @param deadlineMs the screen's own
 */
export function beginRequest(
  req: Request,
  res: Response,
  deadlineMs: number,
  { clock, random, caller }: Pick<MountOptions<unknown>, "clock" | "random" | "caller">,
): ActiveRequest {
  const startedAt = clock.now();
  const deadline = new TimedDeadline(clock, deadlineMsOf(deadlineMs, req.headers["x-request-timeout-ms"]));
  const context = new RequestContext({ caller: caller(req, res), deadline, clock, random });
  const abandon = () => {
    deadline.end("abandoned");
    // An idle connection to a service remembers its last call, and with it this request: not its answers, too.
    context.calls.clear();
  };
  res.once("close", abandon);
  return {
    context,
    elapsedMs: () => clock.now() - startedAt,
    finish: () => {
      res.removeListener("close", abandon);
      abandon();
    },
  };
}
