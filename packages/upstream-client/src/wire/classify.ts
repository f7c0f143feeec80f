import type { Clock } from "../clock.ts";
import { isListed } from "../dialect/binary-answer.ts";
import type { ReceivedHeaders } from "../dialect/headers.ts";
import { isReadable } from "../dialect/inflate.ts";
import { failureOfStatus } from "../dialect/statuses.ts";
import type { StatusOutcomes } from "../dialect/statuses.ts";
import type { FailureDetails, Phase } from "../errors.ts";
import type { Operation } from "../operation.ts";
import { parseHttpDate } from "./http-date.ts";

type Failure = Omit<FailureDetails, "upstream" | "operation">;

/**
 * `application/json`, or any type with the suffix `+json` (RFC 6839, section 3.1), whatever its
 * parameters say. The gateway reads requests the same way, by service-kit's `isJsonType`.
 */
const JSON_MEDIA_TYPE = /^(?:application\/json|[\w.!#$&^-]+\/[\w.!#$&^+-]+\+json)[\t ]*(?:;|$)/i;
const CHARSET = /;[\t ]*charset[\t ]*=[\t ]*"?([^\t ;"]*)/i;
/** A quoted value of another parameter may hold anything (RFC 9110, section 5.6.4). */
const OTHER_QUOTED = /(?<!charset)="(?:[^"\\]|\\.)*"/gi;
/** JSON is UTF-8 (RFC 8259, section 8.1). Other text would be read wrongly. */
const UTF_8: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii", ""]);

function isJson(type: string): boolean {
  if (type === "application/json") return true;
  const charset = CHARSET.exec(type.replaceAll(OTHER_QUOTED, "="))?.[1] ?? "";
  return JSON_MEDIA_TYPE.test(type) && UTF_8.has(charset.toLowerCase());
}

/** Whether a response is a success that needs no body. `empty` is the operation's. */
export function isEmptySuccess(
  status: number,
  headers: ReceivedHeaders,
  empty: Operation<unknown>["empty"],
): boolean {
  if (status < 200 || status > 299 || status === 206) return false;
  const hasNone = status === 204 || status === 205 || headers["content-length"] === "0";
  return empty === "must" || (empty === "may" && hasNone);
}

type HeadOptions = {
  readonly maxResponseBytes: number;
  readonly maxStreamBytes?: number;
  readonly clock: Pick<Clock, "wallNow">;
  readonly statuses?: StatusOutcomes | undefined;
  readonly acceptEncoding?: "gzip" | undefined;
};

/**
 * The failure that a response's status and headers already show. The caller handles a 304 to a
 * conditional call before; here a 304 is invalid.
 *
 * @returns undefined when the body should be read as the answer
 */
export function classifyResponseHead(
  status: number,
  headers: ReceivedHeaders,
  { maxResponseBytes, maxStreamBytes = Infinity, clock, statuses, acceptEncoding }: HeadOptions,
  answerTypes?: readonly string[],
): Failure | undefined {
  const failure = failureOfStatus(status, statuses);
  if (failure !== undefined) {
    const retryAfterMs = retryAfter(headers, clock);
    const hint = status === 401 ? " (the upstream's authenticate makes its credentials)" : "";
    return { ...failure, phase: "headers", status, reason: `status ${status}${hint}`, retryAfterMs };
  }
  const invalid = (reason: string): Failure => ({ kind: "invalid", phase: "headers", status, reason });
  if (status === 304) return invalid("status 304 to a call without a condition");
  if (status >= 300) return invalid(`status ${status}: redirects are not followed`);
  if (status === 204 || status === 205 || status === 206)
    return invalid(`status ${status} where a body is due`);
  if (!isReadable(headers["content-encoding"], answerTypes === undefined ? acceptEncoding : undefined))
    return invalid("a Content-Encoding that was not asked for");
  const type = headers["content-type"];
  if (answerTypes !== undefined) {
    if (typeof type !== "string" || !isListed(type, answerTypes))
      return invalid(`a media type that is not ${answerTypes.join(" or ")}`);
  } else if (typeof type !== "string" || !isJson(type)) return invalid("a media type that is not JSON");
  const length = headers["content-length"];
  const limit = answerTypes === undefined ? maxResponseBytes : maxStreamBytes;
  if (typeof length === "string" && Number(length) > limit)
    return invalid(`a body of more than ${limit} bytes`);
  return undefined;
}

/** Messages of undici's `SocketError`s for a `100 Continue` or a `101` that was not asked for. */
const UNASKED_INTERIM = new Set(["bad response", "bad upgrade"]);

/**
 * The failure that an error of the connection means: almost always that the upstream is
 * unavailable. Bytes that are not valid HTTP break the contract.
 *
 * @param cut whether the upstream ended the connection. A message that ends too early was cut off,
 * and is not invalid HTTP
 */
export function classifyNetworkError(error: unknown, phase: Phase, cut: boolean): Failure {
  if (!cut && isNotHttp(error)) {
    // No cause: the parser's error holds bytes of the answer, which may be personal data.
    return { kind: "invalid", phase, reason: `a response that is not valid HTTP (${codeOf(error)})` };
  }
  const cause = isParserError(error) ? undefined : error;
  return { kind: "unavailable", phase, reason: `the connection failed (${codeOf(error)})`, cause };
}

function isNotHttp(error: unknown): boolean {
  const code = codeOf(error);
  return (
    isParserError(error) ||
    code === "UND_ERR_HEADERS_OVERFLOW" ||
    // What undici throws for a status under 100.
    code === "ERR_ASSERTION" ||
    code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" ||
    (code === "UND_ERR_SOCKET" && error instanceof Error && UNASKED_INTERIM.has(error.message))
  );
}

function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === "HTTPParserError";
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "no code";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** Thirty years. Without a limit, enough digits would make the delay infinite. */
const LONGEST_RETRY_AFTER_S = 1e9;

/**
 * `Retry-After` in milliseconds (RFC 9110, section 10.2.3): seconds or a date; a past date is zero.
 * Undefined where it is missing or malformed.
 */
function retryAfter(headers: ReceivedHeaders, clock: Pick<Clock, "wallNow">): number | undefined {
  const value = headers["retry-after"];
  if (typeof value !== "string") return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value), LONGEST_RETRY_AFTER_S) * 1000;
  const now = clock.wallNow();
  const date = parseHttpDate(value, now);
  return date === undefined ? undefined : Math.max(0, date - now);
}
