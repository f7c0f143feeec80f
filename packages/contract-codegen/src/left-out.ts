import type { JsonObject } from "./json.ts";
import { own } from "./json.ts";
import type { Answers } from "./answers.ts";
import type { RequestBody } from "./request-body.ts";

/** The methods that a client calls: the others (HEAD, OPTIONS, TRACE) ask for no data and change none. */
const CALLED = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/**
 * Headers that go with every call without being asked for, and those that are no parameters: the values of `Accept`, `Content-Type`
 * and `Authorization` are said elsewhere in a contract (3.1.1, "Parameter Object").
 */
const NOT_ASKED_FOR = new Set([
  "accept",
  "content-type",
  "authorization",
  "idempotency-key",
  "traceparent",
  "txn-token",
  "x-request-id",
  "x-request-timeout-ms",
  "x-user-id",
]);

/** What decides whether a client can have a method for an operation. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  /** With the path's, each name and place once. */
  readonly parameters: readonly JsonObject[];
  /** Names of the query's that are not sent. */
  readonly unsendable: readonly string[];
  readonly body: RequestBody;
  readonly answers: Answers;
  /** Where it is, when that is elsewhere than the document says of all. */
  readonly otherServer: unknown;
};

/** Why no client can call the operation, in words that go after its name; undefined where one can. */
export function whyLeftOut(asked: Asked): string | undefined {
  const { method, path, body, answers, otherServer } = asked;
  if (!CALLED.has(method)) return `${method} is no method that is called`;
  if (/[?#]/.test(path)) return "its path holds more than a path";
  if (otherServer !== undefined) return `it has a server of its own (${JSON.stringify(otherServer)})`;
  return whyNotAsked(asked) ?? body.leftOut ?? answers.leftOut;
}

function whyNotAsked({ path, parameters, unsendable }: Asked): string | undefined {
  const inPath = new Set<unknown>();
  for (const parameter of parameters) {
    const name = own(parameter, "name");
    const place = own(parameter, "in");
    if (typeof name !== "string") continue;
    if (place === "path") {
      inPath.add(name);
      if ((own(parameter, "style") ?? "simple") !== "simple" || own(parameter, "content") !== undefined)
        return `the path's ${name} is more than a text`;
    }
    if (own(parameter, "required") !== true) continue;
    if (place === "cookie") return `it needs the cookie ${name}`;
    if (place === "header" && !NOT_ASKED_FOR.has(name.toLowerCase())) return `it needs the header ${name}`;
    if (place === "query" && unsendable.includes(name))
      return `it needs the query parameter ${name}, which is neither a value nor a list of values`;
  }
  const unknown = [...path.matchAll(/\{([^}]*)\}/g)].find(([, name]) => !inPath.has(name));
  return unknown && `nothing is said of ${unknown[0]} in its path`;
}
