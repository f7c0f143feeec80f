import { endedOutcome } from "../call.ts";
import type { Wrapper } from "../call.ts";
import { SharedCall } from "./shared-call.ts";

/**
 * Within one client request, the same GET is one call, however many sections ask and whenever: a screen never shows two
 * versions of one thing. A call that was given up before its answer came is made anew.
 */
export function oncePerRequest(): Wrapper {
  return (next) => (call) => {
    if (call.operation.method !== "GET") return next(call);
    const { calls } = call.scope.request;
    const made = calls.get(call.key);
    if (made !== undefined && made.ended === undefined) return made.join(call);

    const { ended } = call.deadline;
    if (ended !== undefined) return Promise.resolve(endedOutcome(call, ended));
    // A section that can wait no longer asks the cache, which may have something to stand in; no one below sends for an ended call.
    const shared = new SharedCall(call.progress, { leave: next, keeps: true });
    calls.set(call.key, shared);
    const outcome = shared.join(call);
    shared.start((deadline) => next({ ...call, deadline }));
    return outcome;
  };
}
