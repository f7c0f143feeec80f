import { endedOutcome } from "../call.ts";
import type { Call, Outcome, Wrapper } from "../call.ts";
import { SharedCall } from "./shared-call.ts";

/**
 * The same GET of the same user that is in flight already is joined, not sent again, whichever client request it came from.
 *
 * The key has every header that could change the answer: the user, what they may do, and a revalidation's condition. The others
 * that travel (request id, trace, time left, the transaction's token) name the request, not what is asked for.
 *
 * After an unsafe call that succeeded, nobody joins a GET from before it: whoever changed something sees the change.
 */
export function coalesce(): Wrapper {
  return (next) => {
    const inFlight = new Map<string, SharedCall>();

    const sendUnsafe = async (call: Call): Promise<Outcome> => {
      const outcome = await next(call);
      if (outcome.ok) inFlight.clear();
      return outcome;
    };

    return (call) => {
      if (call.operation.method !== "GET") return sendUnsafe(call);
      const key = keyOf(call);
      const joined = inFlight.get(key);
      if (joined !== undefined && joined.ended === undefined) return joined.join(call);

      const { ended } = call.deadline;
      if (ended !== undefined) return Promise.resolve(endedOutcome(call, ended));
      // Nobody finds it once it is answered, so it keeps nothing: a Map that calls come and go from is given a new table every few of them,
      // and V8 holds what was in the old ones until the next full collection.
      const shared = new SharedCall(call.progress, { leave: endedOutcome, keeps: false });
      inFlight.set(key, shared);
      const outcome = shared.join(call);
      shared.start((deadline) =>
        next({ ...call, deadline }).then((answer) => {
          // One that was given up may have a successor under its key.
          if (inFlight.get(key) === shared) inFlight.delete(key);
          return answer;
        }),
      );
      return outcome;
    };
  };
}

function keyOf({ key, validators }: Call): string {
  if (validators === undefined) return key;
  return `${key}\n${validators.etag ?? ""}\n${validators.lastModified ?? ""}`;
}
