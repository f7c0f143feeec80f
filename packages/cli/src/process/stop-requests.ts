const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls back when this process is asked to stop, as often as it is asked: a terminal's Ctrl-C reaches the
 * whole group and is then passed on by npm and by run.mjs, so one press arrives up to three times. Also calls
 * back when run.mjs died without a word (the IPC channel closes).
 */
export function onStopRequest(stop: () => void): void {
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  process.once("disconnect", stop);
  // Listening must not keep a process alive that has nothing left to do.
  process.channel?.unref();
}
