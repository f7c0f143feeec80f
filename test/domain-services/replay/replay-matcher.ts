import { conflict, invalidRequest, Problem } from "../http/problem.ts";
import { conditionalJson, json } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";
import type { ServiceRequest } from "../http/request.ts";
import type { Matcher } from "../http/router.ts";
import type { Logger } from "../process/logger.ts";
import { recordedAnswers } from "./answers.ts";
import type { Answer } from "./answers.ts";
import { Cancellations, isOrder } from "./cancellations.ts";
import type { Exchange } from "./exchange.ts";
import { USER } from "./scrub.ts";

const CANCEL = /^(?<order>\/orders\/[^/]+)\/cancel$/;

/** A service that answers from its recording. What it cannot answer it refuses, and says in its log how to record it. */
export function replayMatcher(service: string, exchanges: readonly Exchange[], logger: Logger): Matcher {
  const answers = recordedAnswers(exchanges);
  const cancellations = new Cancellations();
  const said = new Set<string>();

  function find(request: ServiceRequest, path: string): { answer: Answer; user: string } {
    const user = answers.people === 0 ? "" : request.userId();
    const answer = answers.find(answers.personOf(user), path, request.query);
    if (answer === undefined) throw notRecorded(request.method, path, request.query, answers.personOf(user));
    return { answer, user };
  }

  /** 422: no status that a screen takes for "there is none", and none at which a breaker opens. */
  function notRecorded(method: string, path: string, query: URLSearchParams, person: number): Problem {
    const asked = `${method} ${path}${query.size === 0 ? "" : `?${query.toString()}`}`;
    const whose = person === 0 ? "" : ` by person ${person} of ${answers.people}`;
    const what = `${service} has no recorded answer to ${asked}${whose}.`;
    const how =
      "To record it: npm run dev -- --record, ask for it again, and commit what changed in test/domain-services/replay/recordings.";
    if (!said.has(what)) logger.log("warn", `${what} ${how}`);
    said.add(what);
    return new Problem(422, "not-recorded", `${what} ${how}`);
  }

  function get(request: ServiceRequest, path: string): Reply {
    const { answer, user } = find(request, path);
    return replyOf(answer, cancellations.applied(answer.body, user), user);
  }

  async function cancel(request: ServiceRequest, path: string): Promise<Reply> {
    const key = request.header("idempotency-key");
    if (key === undefined) throw invalidRequest("An Idempotency-Key is required, got none.");
    const order = CANCEL.exec(path)?.groups?.["order"];
    if (request.method !== "POST" || order === undefined) {
      throw notRecorded(request.method, path, request.query, answers.personOf(request.userId()));
    }
    // Read though it changes nothing, so that what is no JSON is refused as by the service.
    await request.json();
    const { answer, user } = find(request, order);
    if (!isOrder(answer.body)) throw conflict("What was recorded here is no order.");
    const changed = cancellations.cancel(answer.body, { user, key });
    return replyOf({ ...answer, isConditional: false }, changed, user);
  }

  return (method, path) => ({
    params: {},
    route: {
      method: "GET",
      path,
      answer: (request) =>
        method === "GET" || method === "HEAD" ? get(request, path) : cancel(request, path),
    },
  });
}

function replyOf({ cacheControl, vary, isConditional }: Answer, body: unknown, user: string): Reply {
  const headers = {
    ...(cacheControl === undefined ? {} : { "cache-control": cacheControl }),
    ...(vary === undefined ? {} : { vary }),
  };
  const reply = isConditional ? conditionalJson(body, headers) : json(body, headers);
  return { ...reply, body: reply.body.replaceAll(JSON.stringify(USER), JSON.stringify(user)) };
}
