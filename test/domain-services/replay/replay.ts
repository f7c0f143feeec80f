import type { Request } from "express";
import type { Route } from "../service/app.ts";
import { DEFAULT_MEDIA_URL } from "../service/pictures.ts";
import { Problem } from "../service/reply.ts";
import type { Reply } from "../service/reply.ts";
import { bodyOf, headerOf, userOf } from "../service/request.ts";
import type { Logger } from "../service/tools.ts";
import { recordedAnswers } from "./answers.ts";
import type { Answer } from "./answers.ts";
import type { Exchange } from "./recording.ts";
import { USER } from "./scrub.ts";

const CANCEL = /^(?<order>\/orders\/[^/]+)\/cancel$/;
const CANCELLABLE = new Set(["placed", "paid", "packed"]);

/** What a cancellation must know of a recorded order. */
interface RecordedOrder {
  id: string;
  status: string;
}

/**
 * The routes of a service that answers from its recording. It refuses what it cannot answer, and
 * its log says how to record it. Cancellations last as long as the process.
 */
export function replayRoutes(
  service: string,
  exchanges: readonly Exchange[],
  { mediaUrl, logger }: { readonly mediaUrl: string; readonly logger: Logger },
): Route[] {
  const answers = recordedAnswers(exchanges);
  const cancelled = new Set<string>();
  const orderOfKey = new Map<string, string>();
  const said = new Set<string>();

  /** 422 is no status that a screen takes for "there is none", nor one at which a breaker opens. */
  function notRecorded({ method, originalUrl }: Request, user: string): Problem {
    const whose = answers.people === 0 ? "" : ` by person ${answers.personOf(user)} of ${answers.people}`;
    const what = `${service} has no recorded answer to ${method} ${originalUrl}${whose}.`;
    const how =
      "To record it: npm run dev -- --record, ask for it again, and commit what changed in test/domain-services/replay/recordings.";
    if (!said.has(what)) logger.log("warn", `${what} ${how}`);
    said.add(what);
    return new Problem(422, `${what} ${how}`);
  }

  function find(request: Request, user: string, path: string): Answer {
    const query = new URLSearchParams(request.originalUrl.split("?")[1]);
    const answer = answers.find(answers.personOf(user), path, query);
    if (answer === undefined) throw notRecorded(request, user);
    return answer;
  }

  const placeOf = (user: string, { id }: RecordedOrder): string => `${user} ${id}`;

  /** The body with the orders in it as they are now. */
  function current(body: unknown, user: string): unknown {
    if (Array.isArray(body)) return body.map((element) => current(element, user));
    if (typeof body !== "object" || body === null) return body;
    if (isOrder(body)) return cancelled.has(placeOf(user, body)) ? { ...body, status: "cancelled" } : body;
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, current(value, user)]));
  }

  /** As the orders service does: once per idempotency key, and only what has not been shipped. */
  function cancel(request: Request, user: string): Reply {
    const key = headerOf(request, "Idempotency-Key");
    if (key === undefined) throw new Problem(400, "An Idempotency-Key is required, got none.");
    const path = CANCEL.exec(request.path)?.groups?.["order"];
    if (request.method !== "POST" || path === undefined) throw notRecorded(request, user);
    // So that a body which is no JSON is refused, as by the service.
    bodyOf(request);
    const answer = find(request, user, path);
    const order = answer.body;
    if (typeof order !== "object" || order === null || !isOrder(order))
      throw new Problem(409, "What was recorded here is no order.");
    const place = placeOf(user, order);
    const earlier = orderOfKey.get(`${user} ${key}`);
    if (earlier !== undefined && earlier !== place)
      throw new Problem(409, "This Idempotency-Key was used for another order: send a new key.");
    const status = cancelled.has(place) ? "cancelled" : order.status;
    if (earlier === undefined && !CANCELLABLE.has(status)) {
      const when = "An order can be cancelled while it is placed, paid or packed";
      throw new Problem(409, `${when}; this one is ${status}.`);
    }
    orderOfKey.set(`${user} ${key}`, place);
    cancelled.add(place);
    return replyOf({ ...answer, isConditional: false }, current(answer.body, user), { user, mediaUrl });
  }

  return [
    {
      method: "all",
      path: "/{*path}",
      answer(request, response) {
        const user = answers.people === 0 ? "" : userOf(response);
        if (request.method !== "GET" && request.method !== "HEAD") return cancel(request, user);
        const answer = find(request, user, request.path);
        return replyOf(answer, current(answer.body, user), { user, mediaUrl });
      },
    },
  ];
}

function isOrder(value: object): value is RecordedOrder {
  return (
    "id" in value && typeof value.id === "string" && "status" in value && typeof value.status === "string"
  );
}

function replyOf(
  { cacheControl, vary, isConditional }: Answer,
  body: unknown,
  { user, mediaUrl }: { readonly user: string; readonly mediaUrl: string },
): Reply {
  return {
    status: 200,
    body: JSON.stringify(body)
      .replaceAll(JSON.stringify(USER), JSON.stringify(user))
      .replaceAll(`"${DEFAULT_MEDIA_URL}/media/`, `"${mediaUrl}/media/`),
    headers: {
      ...(cacheControl === undefined ? {} : { "cache-control": cacheControl }),
      ...(vary === undefined ? {} : { vary }),
    },
    isConditional,
  };
}
