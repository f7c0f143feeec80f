import { setTimeout as sleep } from "node:timers/promises";

/** Ctrl-C ends everything within 5 s; what has not drained by then is cut off. */
const GRACE_MS = 3500;

/**
 * Ends a process that leads a group of its own: SIGTERM to the leader alone, so that a watcher passes it on
 * once, then SIGKILL to whatever is left of the group.
 */
export async function stopGroup(leader: number, graceMs = GRACE_MS): Promise<void> {
  send(leader, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (send(-leader, 0) && performance.now() < deadline) await sleep(20);
  killGroup(leader);
}

/** Ends a group at once. */
export function killGroup(leader: number): void {
  send(-leader, "SIGKILL");
}

/** False if there is no such process or group any more. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
