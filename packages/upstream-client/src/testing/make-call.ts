import { constantRandom } from "@triptych/testing";
import type { Call } from "../call.ts";
import type { Clock, Random } from "../clock.ts";
import { CallScope, RequestContext } from "../context.ts";
import type { Caller } from "../context.ts";
import { TimedDeadline } from "../deadline.ts";
import type { Operation } from "../operation.ts";

/** A client request of user 7, unless the test says otherwise. */
export function makeRequest(
  clock: Clock,
  caller: Partial<Caller> = {},
  deadlineMs = 800,
  random: Random = constantRandom(0.5),
  callBudget?: number,
): TestRequest {
  const deadline = new TimedDeadline(clock, deadlineMs);
  const full = {
    userId: "7",
    requestId: "req-1",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    traceFlags: "01",
  };
  return {
    deadline,
    context: new RequestContext({
      caller: { ...full, ...caller },
      deadline,
      clock,
      random,
      callBudget,
    }),
  };
}

export type TestRequest = { readonly context: RequestContext; readonly deadline: TimedDeadline };

/** An operation whose answer is whatever JSON came. */
export function makeOperation(differences: Partial<Operation<unknown>> = {}): Operation<unknown> {
  return {
    name: "getThing",
    method: "GET",
    path: "/things/1",
    read: (value) => ({ ok: true, value }),
    ...differences,
  };
}

/** A call as the wrappers get it, of a request of its own unless one is given. */
export function makeCall(
  clock: Clock,
  options: {
    readonly operation?: Partial<Operation<unknown>>;
    readonly caller?: Partial<Caller>;
    readonly target?: string;
    readonly deadlineMs?: number;
    readonly request?: TestRequest;
    readonly idempotencyKey?: string;
  } = {},
): Call & { readonly deadline: TimedDeadline } {
  const operation = makeOperation(options.operation);
  const request = options.request ?? makeRequest(clock, options.caller, options.deadlineMs);
  const target = options.target ?? operation.path;
  return {
    upstream: "things",
    operation,
    target,
    body: undefined,
    idempotencyKey: options.idempotencyKey,
    validators: undefined,
    scope: new CallScope(request.context),
    deadline: request.deadline,
    key: `things\n${request.context.callerKey}\n${operation.name}\n${target}`,
    mayRetry: true,
    progress: { phase: "queue", address: undefined },
    trace: undefined,
  };
}
