import type { FailureDetails, Phase } from "./errors.ts";

/** Response headers as undici hands them over: lower-case names; a name that came twice has a list. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

type Failure = Omit<FailureDetails, "upstream" | "operation">;

/** `application/json`, with no charset or the only one JSON may have (RFC 8259, section 8.1). */
const JSON_MEDIA_TYPE = /^application\/json[\t ]*(?:;[\t ]*charset="?utf-8"?[\t ]*)?;?$/i;

/**
 * What a response's status and headers alone decide.
 * @returns undefined when its body is worth reading as the answer
 */
export function classifyResponseHead(
  status: number,
  headers: Headers,
  maxBytes: number,
): Failure | undefined {
  if (status >= 500) {
    return {
      kind: "unavailable",
      phase: "headers",
      status,
      reason: `status ${status}`,
      retryAfterMs: retryAfter(headers),
    };
  }
  if (status >= 400) {
    return {
      kind: "rejected",
      phase: "headers",
      status,
      reason: `status ${status}`,
      retryAfterMs: retryAfter(headers),
    };
  }
  const invalid = (reason: string): Failure => ({ kind: "invalid", phase: "headers", status, reason });
  if (status >= 300) return invalid(`status ${status}: redirects are not followed`);
  if (status === 204 || status === 205 || status === 206)
    return invalid(`status ${status} where a body is due`);
  // Nobody asked for a coding, and inflating what an upstream chose to send is how a small answer becomes a large one.
  if (headers["content-encoding"] !== undefined) return invalid("a Content-Encoding that nobody asked for");
  const type = headers["content-type"];
  if (typeof type !== "string" || !JSON_MEDIA_TYPE.test(type))
    return invalid("a media type other than application/json");
  const length = headers["content-length"];
  if (typeof length === "string" && Number(length) > maxBytes)
    return invalid(`a body of more than ${maxBytes} bytes`);
  return undefined;
}

/** Errors of undici that mean: bytes came, and they were not HTTP as we accept it. */
const NOT_HTTP = new Set([
  "UND_ERR_HEADERS_OVERFLOW",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_RES_EXCEEDED_MAX_SIZE",
]);

/** What an error of the connection means: almost always that the upstream is not there for us. */
export function classifyNetworkError(error: unknown, phase: Phase): Failure {
  const code = codeOf(error);
  if (NOT_HTTP.has(code) || code.startsWith("HPE_")) {
    return { kind: "invalid", phase, reason: `a response that is not valid HTTP (${code})`, cause: error };
  }
  return { kind: "unavailable", phase, reason: `the connection failed (${code})`, cause: error };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no code";
}

/** RFC 9110, section 10.2.3: seconds, or a date; a past date is zero. Undefined where there is none, or none that is valid. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers["retry-after"];
  if (typeof value !== "string") return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
