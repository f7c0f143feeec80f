import type { IncomingMessage, ServerResponse } from "node:http";
import { RequestContext, TimedDeadline } from "@triptych/upstream-client";
import type { CallScope, Caller, Clock, Random } from "@triptych/upstream-client";
import type { Request } from "express";
import type { VersionParts } from "../definition/app-version.ts";
import type { ScreenCaller } from "../definition/section.ts";
import { errorOf } from "../run/failure.ts";
import { reportOf } from "../run/run-screen.ts";
import type { ScreenReport, ScreenResult } from "../run/run-screen.ts";

/** What an app's screens need from their app. */
export type MountOptions<Clients> = {
  /** Makes the clients of the domain services for one section's scope. */
  readonly clients: (scope: CallScope) => Clients;
  /** Who asks: what the app made of the request's verified identity. */
  readonly caller: (req: IncomingMessage, res: ServerResponse) => Caller;
  /** When the request arrived, on `clock`. Its deadline counts from then. Default: now. */
  readonly arrivedAt?: (res: ServerResponse) => number;
  /** Called when a request matches a screen or command, even if it is then refused: for the log. */
  readonly onMatch?: (res: ServerResponse, name: string) => void;
  /** Called once a request, when its answer is decided. */
  readonly report: (res: ServerResponse, report: ScreenReport) => void;
  /** The oldest app version that is still answered; without it `X-App-Version` is ignored. */
  readonly oldestVersion?: VersionParts;
  /**
   * Whether this client gets a page's sections in the document's order. Without this function, all
   * clients get each section as it is ready. It is called for every request of a screen that has a
   * page, and may refuse the request with a problem.
   */
  readonly inDocumentOrder?: (req: Request) => boolean;
  /**
   * The locale of the user who reads a page, as a domain service knows it. It is asked once for
   * each page, beside the sections, which wait for it for at most 300 ms. It may send one call more
   * than the screen's budget. Without this function, and where its service fails, pages are
   * formatted for `en-GB`.
   */
  readonly readerLocale?: (clients: Clients) => Promise<string | undefined>;
  /** Whether clients may get `http:` addresses of services. Default: only `https:`. */
  readonly allowHttp?: boolean;
  /** Required if a command accepts HTML forms. */
  readonly formTokens?: FormTokens;
  readonly clock: Clock;
  readonly random: Random;
};

/**
 * Shows that a form comes from a page that this user was sent; guards against posts from other
 * sites.
 */
export type FormTokens = {
  readonly issue: (userId: string) => string;
  readonly accepts: (userId: string, token: string) => boolean;
};

/** A client request in progress. */
export type ActiveRequest = {
  readonly context: RequestContext;
  /** What its screen is told of the caller. */
  readonly caller: ScreenCaller;
  /** Milliseconds since the request arrived. */
  readonly elapsedMs: () => number;
  /** Ends every call that is still under way for this request. Further calls do nothing. */
  readonly finish: () => void;
};

/**
 * Starts a request's clock: one deadline for everything that it causes. The deadline ends early if
 * the client goes away.
 * @param budget.deadlineMs the screen's own, milliseconds; `X-Request-Timeout-Ms` can only shorten
 * it
 * @param budget.upstreamCalls more calls are reported; from twice as many they are refused
 */
export function beginRequest(
  req: IncomingMessage,
  res: ServerResponse,
  budget: { readonly deadlineMs: number; readonly upstreamCalls?: number },
  options: Pick<MountOptions<unknown>, "clock" | "random" | "caller" | "arrivedAt">,
): ActiveRequest {
  const { clock, random, caller } = options;
  const now = clock.now();
  const startedAt = options.arrivedAt?.(res) ?? now;
  const allowedMs = shorterOf(budget.deadlineMs, req.headers["x-request-timeout-ms"]);
  const deadline = new TimedDeadline(clock, allowedMs - (now - startedAt));
  const callBudget = budget.upstreamCalls;
  const who = caller(req, res);
  const context = new RequestContext({ caller: who, deadline, clock, random, callBudget });
  const abandon = () => {
    deadline.end("abandoned");
    // An idle connection keeps its last call alive, and with it this request. Its answers can go.
    context.calls.clear();
  };
  res.once("close", abandon);
  return {
    context,
    caller: { claims: who.claims ?? NO_CLAIMS },
    elapsedMs: () => clock.now() - startedAt,
    finish: () => {
      res.removeListener("close", abandon);
      abandon();
    },
  };
}

const NO_CLAIMS = {};
const WHOLE_MS = /^\d{1,9}$/;

/** A header that is not a number of milliseconds is ignored. */
function shorterOf(screenMs: number, header: string | string[] | undefined): number {
  if (typeof header !== "string" || !WHOLE_MS.test(header)) return screenMs;
  return Math.min(screenMs, Number(header));
}

/**
 * Ends a request's calls (a required section may have failed before the others were ready) and
 * reports what became of it.
 * @param name the screen's, or the command's
 */
export function conclude(
  res: ServerResponse,
  active: ActiveRequest,
  name: string,
  result: ScreenResult,
  { report }: Pick<MountOptions<unknown>, "report">,
): void {
  const told = reportOf(name, active.context, result);
  active.finish();
  report(res, told);
}

/**
 * Runs a request's handler. An error that carries no problem to answer is a bug, which is reported
 * as a failed screen.
 * @throws what the handler throws, as an error
 */
export async function orReportFailure(
  res: ServerResponse,
  name: string,
  { report }: Pick<MountOptions<unknown>, "report">,
  handle: () => Promise<void>,
): Promise<void> {
  try {
    await handle();
  } catch (thrown) {
    const error = errorOf(thrown);
    if (!("problem" in error)) {
      const nothing = { upstreamCalls: 0, attempts: [], sections: [], failures: [] };
      report(res, { screen: name, outcome: "failed", problem: "internal", ...nothing });
    }
    throw error;
  }
}
