import {
  CallScope,
  RequestContext,
  TimedDeadline,
  isUpstreamError,
  systemClock,
} from "@triptych/upstream-client";
import type { CallInput, Clock, FailureKind, Operation, StaleUse, Upstream } from "@triptych/upstream-client";

/** How one call of a client request ended. */
export type Result = {
  readonly value: unknown;
  readonly failure: FailureKind | undefined;
  readonly stale: StaleUse | undefined;
  readonly ms: number;
};

/** Who asks, and how long they wait. */
export type ClientRequest = {
  readonly userId?: string;
  /** Default: 10,000. */
  readonly deadlineMs?: number;
  /** The client goes away after this long, ms. */
  readonly leavesAfterMs?: number;
  readonly input?: CallInput;
  /** The upstream's. Default: the system's. */
  readonly clock?: Clock;
};

/**
 * On a busy machine a screen's deadline ends calls by chance: only tests of a deadline set a
 * shorter one.
 */
const PATIENT_MS = 10_000;

/** A GET that accepts any JSON. */
export function operation(differences: Partial<Operation<unknown>> = {}): Operation<unknown> {
  return {
    name: "getThing",
    method: "GET",
    path: "/things/{id}",
    read: (value) => ({ ok: true, value }),
    ...differences,
  };
}

/** Makes one call in a client request of its own, as a screen with one section would. */
export async function clientRequest(
  upstream: Upstream,
  what: Operation<unknown>,
  request: ClientRequest = {},
): Promise<Result> {
  const { userId = "7", deadlineMs = PATIENT_MS, leavesAfterMs, input = { path: { id: "1" } } } = request;
  const { clock = systemClock } = request;
  const deadline = new TimedDeadline(clock, deadlineMs);
  const leaving =
    leavesAfterMs === undefined ? undefined : setTimeout(() => deadline.end("abandoned"), leavesAfterMs);
  const caller = {
    userId,
    requestId: `req-${userId}`,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    traceFlags: "01",
  };
  const scope = new CallScope(new RequestContext({ caller, deadline, clock, random: Math.random }));
  const startedAt = clock.now();
  try {
    const value = await upstream.call(what, scope, input);
    return { value, failure: undefined, stale: scope.stale, ms: clock.now() - startedAt };
  } catch (error) {
    if (!isUpstreamError(error)) throw error;
    return { value: undefined, failure: error.kind, stale: scope.stale, ms: clock.now() - startedAt };
  } finally {
    clearTimeout(leaving);
    deadline.dispose();
  }
}
