import { invalidRequest } from "../http/problem.ts";
import type { ServiceRequest } from "../http/request.ts";

export const CANCEL_REASONS = ["changed_mind", "found_cheaper", "too_slow", "other"] as const;

export type CancelReason = (typeof CANCEL_REASONS)[number];

/** @throws Problem 400 where the key is missing, sent twice, or not 8 to 128 characters. */
export function idempotencyKeyOf(request: ServiceRequest): string {
  const key = request.header("Idempotency-Key");
  if (key !== undefined && key.length >= 8 && key.length <= 128) return key;
  throw invalidRequest(
    `Idempotency-Key must be 8 to 128 characters, got ${key === undefined ? "none" : key.length}.`,
  );
}

/** @throws Problem 400 where the body is not exactly `{"reason": <one of four>}`. */
export function cancelReasonOf(body: unknown): CancelReason {
  if (typeof body !== "object" || body === null || Array.isArray(body) || !("reason" in body)) {
    throw invalidRequest("The body must be a JSON object with a reason.");
  }
  const unknown = Object.keys(body).find((member) => member !== "reason");
  if (unknown !== undefined) throw invalidRequest("The body must have no member but reason.");
  const reason = CANCEL_REASONS.find((candidate) => candidate === body.reason);
  if (reason === undefined) throw invalidRequest(`reason must be one of ${CANCEL_REASONS.join(", ")}.`);
  return reason;
}
