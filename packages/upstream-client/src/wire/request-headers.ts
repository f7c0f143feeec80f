import type { Call } from "../call.ts";

/** What an upstream needs to know to answer in time: what is left of the deadline, less this much for the way back, ms. */
export const RETURN_TRIP_MS = 10;

/** The headers of one attempt, flat: name, value, name, value. Those that every call of a request carries, and its own, among them its own span's id. */
export function requestHeaders(
  { operation, scope, deadline, body, idempotencyKey, validators }: Call,
  spanId: string,
): string[] {
  const timeoutMs = Math.max(1, Math.floor(deadline.remainingMs() - RETURN_TRIP_MS));
  const headers = [
    ...scope.request.headers,
    "traceparent",
    scope.request.traceparent(spanId),
    "x-request-timeout-ms",
    String(timeoutMs),
  ];
  if (body !== undefined) headers.push("content-type", operation.bodyType ?? "application/json");
  if (idempotencyKey !== undefined) headers.push("idempotency-key", idempotencyKey);
  if (validators?.etag !== undefined) headers.push("if-none-match", validators.etag);
  if (validators?.lastModified !== undefined) headers.push("if-modified-since", validators.lastModified);
  return headers;
}
