import { Refusal } from "../exchange.ts";

/**
 * Connection errors before any byte of the request is sent: another instance can be tried whatever
 * the method.
 */
const NOT_REACHED = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * The instance was reached, but the connection broke before its answer arrived. `UND_ERR_ABORTED`:
 * the attempt was ended here because the instance is gone.
 */
const BROKEN = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_ABORTED",
  "UND_ERR_DESTROYED",
  "UND_ERR_SOCKET",
]);

/**
 * Why an attempt brought no answer. `late` and `client-gone` are ours; the others are the
 * instance's.
 */
export type Failure = "not-reached" | "broken" | "invalid" | "late" | "client-gone";

/** Classifies the error of an attempt that the gateway itself did not end. */
export function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  if (NOT_REACHED.has(code)) return "not-reached";
  // A host name with several addresses fails with one error per address.
  if (error instanceof AggregateError && error.errors.every((inner) => NOT_REACHED.has(codeOf(inner)))) {
    return "not-reached";
  }
  return BROKEN.has(code) ? "broken" : "invalid";
}

/**
 * Creates the answer for the client: 502 for an unreadable answer, 503 for an unreachable service,
 * 504 for a late one. What has an answer of its own keeps it.
 */
export function failureRefusal(
  failure: Exclude<Failure, "client-gone">,
  upstream: string,
  cause: unknown,
): Refusal {
  if (cause instanceof Refusal) return cause;
  const { code, detail } = PROBLEMS[failure];
  return new Refusal("forward", { code, detail, upstream }, { reason: `upstream-${failure}`, cause });
}

const UNREACHABLE = { code: "upstream-unavailable", detail: "The service could not be reached" } as const;

const PROBLEMS = {
  "not-reached": UNREACHABLE,
  broken: UNREACHABLE,
  late: { code: "upstream-timeout", detail: "The service did not answer in time" },
  invalid: { code: "upstream-invalid", detail: "The service's answer could not be read" },
} as const;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
