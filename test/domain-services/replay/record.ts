import type { Request } from "express";
import { fetch, Headers } from "undici";
import type { Route } from "../service/app.ts";
import { Problem } from "../service/reply.ts";
import type { Reply, ServiceResponse } from "../service/reply.ts";
import { bodyOf, headerOf, userOf } from "../service/request.ts";
import type { Logger } from "../service/tools.ts";
import { pathOf, readRecording, writeRecording } from "./recording.ts";
import type { Exchange } from "./recording.ts";
import { isShared, scrub, ScrubError, scrubPath } from "./scrub.ts";

/** The headers of a request that are sent to the real service. */
const PASSED_ON = ["x-user-id", "txn-token", "x-request-id", "traceparent", "idempotency-key"];
/** The headers of its answer that are sent back. */
const SENT_BACK = new Set(["cache-control", "vary", "retry-after"]);

/** A real service, and how its answers are recorded. */
export interface RecordedService {
  readonly service: string;
  /** Where the real one is: `http://127.0.0.1:9001`. */
  readonly origin: string;
  /** Where the recording is kept; undefined to record nothing. */
  readonly file: string | undefined;
  /** The person that each recorded user becomes. Other users are not recorded. */
  readonly people: ReadonlyMap<string, number>;
  /** Makes the ids in the recording. */
  readonly key: string;
  readonly logger: Logger;
}

/**
 * The routes that pass every request on to a real service and record its answers to GETs, without
 * what is personal. A command is executed and not recorded. Nor are later answers to its user: in a
 * replay the command has not been executed.
 */
export function recordRoutes(recorded: RecordedService): Route[] {
  const { service, file, people, key, logger } = recorded;
  const known = file === undefined ? [] : readRecording(file);
  const exchanges = new Map(known.map((exchange) => [nameOf(exchange), exchange]));
  const changed = new Set<string>();
  const said = new Set<string>();

  function warnOnce(message: string): void {
    if (!said.has(message)) logger.log("warn", message);
    said.add(message);
  }

  function record(request: Request, response: ServiceResponse, reply: Reply): void {
    const query = queryOf(request);
    if (file === undefined || reply.status !== 200 || query.has("cursor")) return;
    const user = isShared(service) ? "" : userOf(response);
    const person = isShared(service) ? null : people.get(user);
    if (person === undefined)
      return warnOnce(`A user who is not among --users asked ${service}: the answer is not recorded.`);
    if (changed.has(user))
      return warnOnce(
        `After a user's command, ${service}'s answers to that user are not recorded: start again.`,
      );
    try {
      const { body, leftOut } = scrub(JSON.parse(reply.body), person === null ? null : { user, person, key });
      for (const name of leftOut) {
        warnOnce(
          `${service} answers "${name}", which may say who somebody is: left out. If it is harmless, name it in test/domain-services/replay/scrub.ts.`,
        );
      }
      const { "cache-control": cacheControl, vary } = reply.headers ?? {};
      const exchange: Exchange = {
        path: pathOf(person === null ? request.path : scrubPath(request.path, key), query),
        person,
        ...(cacheControl === undefined ? {} : { cacheControl }),
        ...(vary === undefined ? {} : { vary }),
        isConditional: reply.isConditional === true,
        body,
      };
      exchanges.set(nameOf(exchange), exchange);
      writeRecording(file, [...exchanges.values()]);
    } catch (error) {
      if (!(error instanceof ScrubError)) throw error;
      warnOnce(`An answer of ${service} is not recorded: ${error.message}.`);
    }
  }

  return [
    {
      method: "all",
      path: "/{*path}",
      async answer(request, response) {
        const reply = await passOn(recorded, request);
        if (request.method === "GET") record(request, response, reply);
        else if (request.method !== "HEAD" && !isShared(service)) changed.add(userOf(response));
        return reply;
      },
    },
  ];
}

const nameOf = ({ person, path }: Exchange): string => `${person ?? "all"} ${path}`;

const queryOf = ({ originalUrl }: Request): URLSearchParams => new URLSearchParams(originalUrl.split("?")[1]);

async function passOn({ service, origin }: RecordedService, request: Request): Promise<Reply> {
  const { method, originalUrl } = request;
  const hasBody = method !== "GET" && method !== "HEAD";
  const headers = new Headers({ accept: "application/json" });
  if (hasBody) headers.set("content-type", "application/json");
  for (const name of PASSED_ON) {
    const value = headerOf(request, name);
    if (value !== undefined) headers.set(name, value);
  }
  const body = hasBody ? JSON.stringify(bodyOf(request)) : null;
  try {
    const answer = await fetch(`${origin}${originalUrl}`, { method, headers, body, redirect: "manual" });
    const kept = [...answer.headers].filter(([name]) => SENT_BACK.has(name));
    return {
      status: answer.status,
      body: await answer.text(),
      headers: Object.fromEntries(kept),
      isConditional: answer.status === 200 && answer.headers.has("etag"),
    };
  } catch (cause) {
    // fetch says only that it failed; its cause says why.
    const why = String(cause instanceof Error ? (cause.cause ?? cause) : cause);
    throw new Problem(502, `The real ${service} at ${origin} does not answer: ${why}`, { cause });
  }
}
