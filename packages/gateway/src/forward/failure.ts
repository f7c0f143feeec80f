import { Refusal } from "../refusal.ts";

/** Nothing of the request has left when these happen, so that another instance can be tried whatever the method. */
const NOT_REACHED = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The instance was reached, but the connection broke before its answer came. */
const BROKEN = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_DESTROYED"]);

/** What became of one attempt that brought no answer. */
export type Failure = "not-reached" | "broken" | "invalid" | "late" | "client-gone";

/** @param ended why the request was ended by us, if it was */
export function failureOf(error: unknown, ended: "late" | "client-gone" | undefined): Failure {
  if (ended !== undefined) return ended;
  const code = codeOf(error);
  if (NOT_REACHED.has(code)) return "not-reached";
  // A name that has several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.every((inner) => NOT_REACHED.has(codeOf(inner)))) {
    return "not-reached";
  }
  return BROKEN.has(code) ? "broken" : "invalid";
}

/** The answer for the client: 502 for what is no HTTP, 503 for who is not there, 504 for who is late. */
export function failureRefusal(
  failure: Exclude<Failure, "client-gone">,
  upstream: string,
  cause: unknown,
): Refusal {
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
