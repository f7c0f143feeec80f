import { failed } from "../call.ts";
import type { Wrapper } from "../call.ts";

/** How many times its budget of calls a request may send before further ones are refused. */
const REFUSED_FROM = 2;

/**
 * Refuses the calls of a request that has already sent twice as many as it was planned with: a loop
 * over a list that grew must not become a storm for a service.
 */
export function callBudget(): Wrapper {
  return (next) => (call, done) => {
    const { request } = call.scope;
    request.sentCalls += 1;
    const { callBudget: budget, sentCalls } = request;
    if (budget === undefined || sentCalls <= budget * REFUSED_FROM) return next(call, done);
    const reason = `the request has sent ${sentCalls - 1} calls, and its budget is ${budget}`;
    done(failed(call, { kind: "overloaded", phase: "queue", reason }));
  };
}
