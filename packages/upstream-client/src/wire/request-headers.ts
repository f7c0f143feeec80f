import type { Call } from "../call.ts";
import { RETURN_TRIP_MS } from "../deadline.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { Address } from "./addresses.ts";

/** Makes the headers of one attempt, flat: name, value, name, value. */
export type RequestHeaders = (call: Call, spanId: string) => string[];

const DEFAULT_USER_AGENT = "triptych";

/** Products and comments (RFC 9110, section 10.1.5), as far as a header can hold them. */
const USER_AGENT = /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/;

/**
 * The headers that a dialect asks for.
 *
 * @throws TypeError naming the upstream, when the `User-Agent` is not one
 */
export function requestHeaders(
  upstream: string,
  { identity = "none", userAgent = DEFAULT_USER_AGENT, acceptEncoding }: Dialect,
): RequestHeaders {
  if (!USER_AGENT.test(userAgent))
    throw new TypeError(`${upstream}: userAgent must be 1 to 256 visible ASCII characters`);
  return (call, spanId) => {
    const { operation, scope, deadline, body, idempotencyKey, validators } = call;
    const { caller } = scope.request;
    const timeoutMs = Math.max(1, Math.floor(deadline.remainingMs() - RETURN_TRIP_MS));
    const headers = [
      "accept",
      operation.answerTypes?.join(", ") ?? "application/json",
      "user-agent",
      userAgent,
      "x-request-id",
      caller.requestId,
      "traceparent",
      scope.request.traceparent(spanId),
      "x-request-timeout-ms",
      String(timeoutMs),
    ];
    if (acceptEncoding !== undefined && operation.answerTypes === undefined)
      headers.push("accept-encoding", acceptEncoding);
    if (caller.traceState !== undefined) headers.push("tracestate", caller.traceState);
    if (identity !== "none" && caller.userId !== undefined) headers.push("x-user-id", caller.userId);
    if (identity === "signed" && caller.txnToken !== undefined) headers.push("txn-token", caller.txnToken);
    if (typeof body === "string") {
      headers.push("content-type", operation.bodyType ?? "application/json");
    } else if (body !== undefined) {
      headers.push("content-type", body.type);
      if (body.length !== undefined) headers.push("content-length", String(body.length));
    }
    if (idempotencyKey !== undefined) headers.push("idempotency-key", idempotencyKey);
    if (validators?.etag !== undefined) headers.push("if-none-match", validators.etag);
    if (validators?.lastModified !== undefined) headers.push("if-modified-since", validators.lastModified);
    if (call.headers !== undefined) headers.push(...call.headers);
    if (call.credentials !== undefined) headers.push(...call.credentials);
    return headers;
  };
}

/** What to ask for. An address with a base path is whole, so it replaces the contract's. */
export function pathAt({ basePath }: Address, { target, operation }: Call): string {
  return basePath === "" ? target : basePath + target.slice(operation.basePath?.length ?? 0);
}
