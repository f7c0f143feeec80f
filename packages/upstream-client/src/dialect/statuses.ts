import type { FailureKind, Rejection } from "../errors.ts";

/**
 * What a declared status means: `not-found`, `conflict` and `rejected` as 404, 409 and 400 usually
 * do, `unavailable` as 503, `invalid` as an answer that breaks the contract.
 */
export type StatusOutcome = "not-found" | "conflict" | "rejected" | "unavailable" | "invalid";

/** By status, from 300 to 599. */
export type StatusOutcomes = Readonly<Record<number, StatusOutcome>>;

/** What a status becomes: the kind of failure and, where that is `rejected`, why. */
export type StatusFailure = {
  readonly kind: Extract<FailureKind, "unavailable" | "invalid" | "rejected">;
  readonly rejection?: Rejection;
};

const OUTCOMES: Readonly<Record<StatusOutcome, StatusFailure>> = {
  "not-found": { kind: "rejected", rejection: "not-found" },
  conflict: { kind: "rejected", rejection: "conflict" },
  rejected: { kind: "rejected", rejection: "other" },
  unavailable: { kind: "unavailable" },
  invalid: { kind: "invalid" },
};

/** The error finds out why. */
const REJECTED: StatusFailure = { kind: "rejected" };

/** @returns undefined where the status and its headers must be looked at: below 400 */
export function failureOfStatus(
  status: number,
  declared: StatusOutcomes | undefined,
): StatusFailure | undefined {
  const outcome = declared?.[status];
  if (outcome !== undefined) return OUTCOMES[outcome];
  if (status < 400) return undefined;
  return status >= 500 ? OUTCOMES.unavailable : REJECTED;
}

/** @throws TypeError naming the upstream, when a status is declared that is no failure */
export function checkStatuses(upstream: string, declared: StatusOutcomes = {}): void {
  const odd = Object.keys(declared).find((status) => !/^[345]\d\d$/.test(status));
  if (odd === undefined) return;
  throw new TypeError(`${upstream}: statuses are from 300 to 599, but one is ${JSON.stringify(odd)}`);
}
