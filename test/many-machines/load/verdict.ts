import type { Outcome } from "../client/protocol.ts";
import type { Kind } from "./kinds.ts";

/**
 * `answered`: as it should be. `slow`: its BFF or gateway answered that there was no time, which on a busy machine is true. `failed`:
 * anything else.
 */
export type Verdict = "answered" | "slow" | "failed";

/** In a problem, or in the errors of GraphQL. */
const SLOW = /"(?:\/problems\/|)(?:upstream-timeout|overloaded)"/;

export function verdictOf(kind: Kind, { answer }: Outcome): Verdict {
  if (answer === undefined) return "failed";
  const { status, headers, text } = answer;
  const bff = `${kind.split("-", 1)[0]}-bff`;
  const layers = [headers["server-timing"] ?? []].flat().join(", ");
  // GraphQL says in its body what went wrong.
  if (status === 200 && layers.includes(bff) && !text.startsWith('{"errors"')) return "answered";
  // A proxy that had to answer by itself has lost the request.
  return SLOW.test(text) && !layers.includes("proxy") ? "slow" : "failed";
}
