import type { ServerResponse } from "node:http";
import type { Clock } from "@triptych/service-kit";

/** How long the work for one request goes on: until its deadline, or until the client has left. */
export interface Lifetime {
  readonly signal: AbortSignal;
  /** Why the signal was aborted; undefined while it is not. */
  readonly ended: () => "late" | "client-gone" | undefined;
  /** The work is done: nothing is watched any more. */
  over(): void;
}

export function lifetimeOf(res: ServerResponse, clock: Clock, leftMs: number): Lifetime {
  const controller = new AbortController();
  let reason: "late" | "client-gone" | undefined;
  function end(why: "late" | "client-gone"): void {
    reason ??= why;
    controller.abort();
  }
  const left = (): void => {
    if (!res.writableFinished) end("client-gone");
  };
  const cancel = clock.setTimer(leftMs, () => end("late"), "unref");
  res.once("close", left);
  if (res.destroyed) left();
  return {
    signal: controller.signal,
    ended: () => reason,
    over() {
      cancel();
      res.off("close", left);
    },
  };
}
