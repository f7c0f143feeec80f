import { request as send } from "undici";
import type { Dispatcher } from "undici";
import { Problem } from "../http/problem.ts";
import type { Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Matcher } from "../http/router.ts";
import type { Logger } from "../process/logger.ts";
import { pathOf, readRecording, writeRecording } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import { isShared, ScrubError, scrubPath, scrubPersonal, scrubShared } from "./scrub.ts";
import type { Scrubbed } from "./scrub.ts";

/** What of a request goes on to the real service. */
const PASSED_ON = ["x-user-id", "txn-token", "x-request-id", "traceparent", "idempotency-key"];

/** A real service that somebody listens to. */
export interface RecordedService {
  readonly service: string;
  /** Where the real one is: `http://127.0.0.1:9001`. */
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  /** Where the recording is kept; undefined to pass everything on and keep nothing. */
  readonly file: string | undefined;
  /** Which person of the recording a user becomes; others are passed on and not recorded. */
  readonly people: ReadonlyMap<string, number>;
  /** Makes the ids. */
  readonly key: string;
  readonly logger: Logger;
}

/**
 * Passes every request on to a real service, and keeps what it answers to a GET, without what is personal. A command is done for
 * real and not kept; nor is what its user asks for afterwards, since in a replay it has not been done.
 */
export function recordMatcher(recorded: RecordedService): Matcher {
  const { service, file, people, key, logger } = recorded;
  const exchanges = new Map<string, Exchange>();
  if (file !== undefined)
    for (const exchange of readRecording(file)) exchanges.set(nameOf(exchange), exchange);
  const changed = new Set<string>();
  const said = new Set<string>();

  function warnOnce(message: string): void {
    if (!said.has(message)) logger.log("warn", message);
    said.add(message);
  }

  function keep(path: string, request: ServiceRequest, reply: Reply): void {
    if (file === undefined || reply.status !== 200 || request.query.has("cursor")) return;
    const shared = isShared(service);
    const user = shared ? "" : request.userId();
    const person = shared ? null : people.get(user);
    if (person === undefined) {
      warnOnce(
        `A user who is not among --users asked ${service}: the answer is passed on, and not recorded.`,
      );
      return;
    }
    if (changed.has(user)) {
      warnOnce(
        `After a command of a user, ${service}'s answers to that user are not recorded: start again for that.`,
      );
      return;
    }
    try {
      const body: unknown = JSON.parse(reply.body);
      const scrubbed: Scrubbed =
        person === null ? scrubShared(body) : scrubPersonal(body, { user, person, key });
      for (const name of scrubbed.leftOut) {
        warnOnce(
          `${service} answers "${name}", which may say who somebody is: left out. If not, name it in test/domain-services/replay/scrub.ts.`,
        );
      }
      const exchange: Exchange = {
        path: pathOf(person === null ? path : scrubPath(path, key), request.query),
        person,
        ...(reply.headers["cache-control"] === undefined
          ? {}
          : { cacheControl: reply.headers["cache-control"] }),
        ...(reply.headers["vary"] === undefined ? {} : { vary: reply.headers["vary"] }),
        isConditional: reply.isConditional === true,
        body: scrubbed.body,
      };
      exchanges.set(nameOf(exchange), exchange);
      writeRecording(file, [...exchanges.values()]);
    } catch (error) {
      if (!(error instanceof ScrubError)) throw error;
      warnOnce(`An answer of ${service} is not recorded: ${error.message}.`);
    }
  }

  return (method, path) => ({
    params: {},
    route: {
      method: "GET",
      path,
      async answer(request) {
        const reply = await passOn(recorded, method, path, request);
        if (method === "GET") keep(path, request, reply);
        else if (method !== "HEAD" && !isShared(service)) changed.add(request.userId());
        return reply;
      },
    },
  });
}

const nameOf = ({ person, path }: Exchange): string => `${person ?? "all"} ${path}`;

async function passOn(
  { service, origin, dispatcher }: RecordedService,
  method: string,
  path: string,
  request: ServiceRequest,
): Promise<Reply> {
  const headers: Record<string, string> = { accept: "application/json" };
  for (const name of PASSED_ON) {
    const value = request.header(name);
    if (value !== undefined) headers[name] = value;
  }
  const hasBody = method !== "GET" && method !== "HEAD";
  if (hasBody) headers["content-type"] = "application/json";
  const query = request.query.size === 0 ? "" : `?${request.query.toString()}`;
  try {
    const answer = await send(`${origin}${path}${query}`, {
      dispatcher,
      method: methodOf(method),
      headers,
      ...(hasBody ? { body: JSON.stringify(await request.json()) } : {}),
    });
    return replyOf(answer.statusCode, answer.headers, await answer.body.text());
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(
      502,
      "upstream-unavailable",
      `The real ${service} at ${origin} does not answer: ${why}`,
      { cause },
    );
  }
}

function methodOf(method: string): Dispatcher.HttpMethod {
  for (const known of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const)
    if (known === method) return known;
  throw new Problem(405, "method-not-allowed", `${method} is not passed on.`);
}

function replyOf(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): Reply {
  const kept: Record<string, string> = {};
  for (const name of ["cache-control", "vary", "retry-after"]) {
    const value = headers[name];
    if (typeof value === "string") kept[name] = value;
  }
  const isProblem = String(headers["content-type"]).startsWith("application/problem+json");
  return {
    status,
    mediaType: isProblem ? "application/problem+json" : "application/json",
    body,
    headers: kept,
    isConditional: status === 200 && headers["etag"] !== undefined,
  };
}
