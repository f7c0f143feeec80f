import type { Clock } from "../clock.ts";
import type { Deadline, EndCause } from "../deadline.ts";

/**
 * Waits, unless the deadline ends first.
 * @returns undefined after `ms` milliseconds, or why the deadline ended
 */
export function pause(clock: Clock, deadline: Deadline, ms: number): Promise<EndCause | undefined> {
  if (deadline.ended !== undefined) return Promise.resolve(deadline.ended);
  return new Promise((resolve) => {
    const cancelTimer = clock.setTimer(ms, () => {
      deadline.remove(listener);
      resolve(undefined);
    });
    const listener = {
      onEnd(cause: EndCause) {
        cancelTimer();
        resolve(cause);
      },
    };
    deadline.add(listener);
  });
}
