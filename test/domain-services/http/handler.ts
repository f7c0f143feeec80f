import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../process/logger.ts";
import type { CallRecord, OpenCall } from "../switches/calls.ts";
import type { SwitchBoard } from "../switches/board.ts";
import type { Fault } from "../switches/fault.ts";
import { failure, respondWithFault } from "../switches/misbehave.ts";
import type { Identify } from "./identity.ts";
import { Problem, problemReply } from "./problem.ts";
import type { Reply } from "./reply.ts";
import { ServiceRequest } from "./request.ts";
import { respond } from "./respond.ts";
import type { Breakable, Matcher } from "./router.ts";

export interface HandlerParts {
  match: Matcher;
  identify: Identify;
  logger: Logger;
}

/** What answers a request: its reply, and where it can be damaged. */
interface Answer {
  reply: Reply;
  breakable: Breakable | undefined;
}

type Answerer = (request: IncomingMessage, target: Target) => Promise<Answer>;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Handles requests by what matches, without any misbehaviour. */
export function plainHandler(parts: HandlerParts): Handler {
  const answer = answerer(parts);
  return (request, response) => {
    void answerPlainly(answer, request, response);
  };
}

/** Handles requests by what matches, in the way that the switches say, and records them. */
export function switchedHandler(parts: HandlerParts & { switches: SwitchBoard; calls: CallRecord }): Handler {
  const answer = answerer(parts);
  return (request, response) => {
    const call = parts.calls.begin(request, response);
    const fault = parts.switches.draw(targetOf(request).path);
    if (fault === null) void answerPlainly(answer, request, response);
    else void answerWithFault(answer, { request, response, call }, fault);
  };
}

async function answerPlainly(
  answer: Answerer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { reply } = await answer(request, targetOf(request));
  respond(request, response, reply);
}

async function answerWithFault(
  answer: Answerer,
  { request, response, call }: { request: IncomingMessage; response: ServerResponse; call: OpenCall },
  { delayMs, outcome }: Fault,
): Promise<void> {
  if (delayMs > 0) await pause(response, delayMs);
  // A caller that went away meanwhile spares the work.
  if (response.destroyed) return;
  if (outcome.kind === "hang" && outcome.phase === "before-headers") return;
  if (outcome.kind === "fail") {
    respond(request, response, failure(outcome.status, outcome.retryAfterSeconds));
    return;
  }
  const { reply, breakable } = await answer(request, targetOf(request));
  respondWithFault({ request, response, breakable, call }, reply, outcome);
}

/** Ends after `ms`, or at once when the caller goes away. */
function pause(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      response.off("close", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    response.once("close", end);
  });
}

/** Never rejects: what goes wrong below becomes a problem. */
function answerer({ match, identify, logger }: HandlerParts): Answerer {
  return async (request, { path, search }) => {
    try {
      const caller = await identify(request);
      const { route, params } = match(request.method ?? "GET", path);
      const reply = await route.answer(
        new ServiceRequest(request, { params, query: new URLSearchParams(search) }, caller),
      );
      logger.log("debug", "answered", { method: request.method, path, status: reply.status });
      return { reply, breakable: route.breakable };
    } catch (error) {
      return { reply: problemReply(asProblem(error, logger, path)), breakable: undefined };
    }
  };
}

function asProblem(error: unknown, logger: Logger, path: string): Problem {
  if (error instanceof Problem) return error;
  logger.log("error", "a route failed", {
    path,
    error: error instanceof Error ? error.stack : String(error),
  });
  return new Problem(500, "internal", "The service failed; its log says why.");
}

interface Target {
  /** As received, percent-encoded. */
  path: string;
  /** Without the question mark. */
  search: string;
}

function targetOf(request: IncomingMessage): Target {
  const target = request.url ?? "/";
  const start = target.indexOf("?");
  return start === -1
    ? { path: target, search: "" }
    : { path: target.slice(0, start), search: target.slice(start + 1) };
}
