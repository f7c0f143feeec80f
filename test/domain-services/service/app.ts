import express from "express";
import type { ErrorRequestHandler, Express, Request } from "express";
import type { CallRecord } from "../switches/calls.ts";
import { misbehave, sendAsTold } from "../switches/faults.ts";
import type { Breakable } from "../switches/faults.ts";
import type { SwitchBoard } from "@triptych/testing/switches";
import { pictures } from "./pictures.ts";
import { Problem } from "./reply.ts";
import type { Locals, Reply, ServiceResponse } from "./reply.ts";
import { readJson } from "./request.ts";
import type { Identify } from "./request.ts";
import type { Logger } from "./tools.ts";

/** An operation of a service. */
export interface Route {
  method: "get" | "put" | "post" | "delete" | "all";
  /** In Express's notation: `/orders/:orderId`. */
  path: string;
  /** May throw Problem to refuse the request. */
  answer: (request: Request, response: ServiceResponse) => Promise<Reply> | Reply;
  /** Where a success can be damaged when the service is told to break its contract. */
  breakable?: Breakable;
}

/** What an app is made of. */
export interface AppParts {
  routes: readonly Route[];
  identify: Identify;
  logger: Logger;
  /** Where the switches are read and calls are recorded; nowhere on the admin port. */
  misbehaviour?: { board: SwitchBoard; calls: CallRecord };
}

/**
 * An Express app that answers routes. What goes wrong is answered as problem details: 404 for an
 * unknown path, 405 with `Allow` for another method, and 500, with a log entry, for an unexpected
 * error.
 */
export function serviceApp({ routes, identify, logger, misbehaviour }: AppParts): Express {
  const app = express();
  app.disable("x-powered-by").enable("case sensitive routing").enable("strict routing");
  app.set("etag", "strong");
  if (misbehaviour !== undefined) {
    // Pictures need no identity, and are not among the calls that tests count.
    app.use("/media", pictures);
    app.use(misbehave(misbehaviour.board, misbehaviour.calls));
  }
  app.use(async (request, { locals }: ServiceResponse, next) => {
    locals.caller = await identify(request);
    next();
  });
  app.use(readJson);
  for (const [path, onPath] of Map.groupBy(routes, (route) => route.path)) {
    const resource = app.route(path);
    for (const { method, answer, breakable } of onPath) {
      resource[method](async (request: Request, response: ServiceResponse) => {
        const reply = await answer(request, response);
        logger.log("debug", "answered", { ...logged(request), status: reply.status });
        sendAsTold(response, reply, breakable);
      });
    }
    const allow = onPath
      .map(({ method }) => (method === "get" ? "GET, HEAD" : method.toUpperCase()))
      .join(", ");
    resource.all(() => {
      throw new Problem(405, `This resource takes ${allow}.`, { headers: { allow } });
    });
  }
  app.use(() => {
    throw new Problem(404, "No such resource.");
  });
  const onError: ErrorRequestHandler<object, unknown, unknown, unknown, Locals> = (
    error: unknown,
    request,
    response,
    _next,
  ) => {
    sendAsTold(response, problemOf(error, request, logger).toReply());
  };
  return app.use(onError);
}

/** What the lines of every layer share of a request: its id and its trace's id. */
function logged(request: Request<object, unknown, unknown, unknown>): Record<string, string | undefined> {
  const traceId = request.get("traceparent")?.split("-")[1];
  return { requestId: request.get("x-request-id"), traceId, method: request.method, path: request.path };
}

function problemOf(
  error: unknown,
  request: Request<object, unknown, unknown, unknown>,
  logger: Logger,
): Problem {
  if (error instanceof Problem) return error;
  // Express refuses a broken percent-encoding and a body that is not JSON; the board, switches.
  if (error instanceof Error && "status" in error && typeof error.status === "number" && error.status < 500)
    return new Problem(error.status, `${error.message}.`, { cause: error });
  const stack = error instanceof Error ? error.stack : String(error);
  logger.log("error", "a route failed", { ...logged(request), error: stack });
  return new Problem(500, "The service failed. Its log says why.");
}
