import { AsyncLocalStorage } from "node:async_hooks";
import { createLogger } from "../logging/logger.ts";
import { writeNow } from "../logging/standard-output.ts";
import { errorOf } from "../problems/error-of.ts";
import { SettingsError } from "../settings/read-settings.ts";
import { ListenError } from "./listen.ts";

/** Where the stray errors of contained code go. */
const CONTAINED = new AsyncLocalStorage<(error: unknown) => void>();

/**
 * Runs code that must not end the process: a screen's. What it throws and what its promise rejects
 * with goes to the caller as usual. `onStray` gets the errors that no caller can catch, which would
 * end the process: those of a promise that nothing awaits, and of a timer's or an event's callback.
 */
export function contain<Result>(onStray: (error: unknown) => void, run: () => Result): Result {
  return CONTAINED.run(onStray, run);
}

/**
 * Runs a program's `main`. Bad settings and a taken port end it with a line for each on standard
 * error and exit code 1. Any other failure, then or later (an unhandled rejection, an uncaught
 * exception), is logged with its stack at level fatal and ends it with exit code 1, because the
 * state of the process is not known any more. Only `contain` keeps a stray error from that.
 */
export async function runMain(name: string, main: () => Promise<unknown>): Promise<void> {
  // Node calls these in the async context of the code that threw, or that made the promise.
  const onStray = (error: unknown, message: string) => {
    const contained = CONTAINED.getStore();
    if (contained === undefined) crash(name, error, message);
    else contained(error);
  };
  process.on("uncaughtException", (error) => onStray(error, "uncaught exception"));
  process.on("unhandledRejection", (reason) => onStray(reason, "unhandled rejection"));
  try {
    await main();
  } catch (thrown) {
    const error = errorOf(thrown);
    if (error instanceof SettingsError || error instanceof ListenError) {
      const lines = error.message.split("\n").map((line) => `${name} cannot start: ${line}\n`);
      process.stderr.write(lines.join(""));
      process.exit(1);
    }
    crash(name, error, "cannot start");
  }
}

function crash(name: string, error: unknown, message: string): never {
  // A logger of its own that writes at once: the program's may not exist yet, or may wait.
  let written = false;
  const destination = { write: (line: string) => void (written = writeNow(line)) };
  createLogger({ name, level: "fatal", destination }).fatal({ err: error }, message);
  if (!written)
    process.stderr.write(`${name}: ${message}, and the log cannot be written: ${errorOf(error).message}\n`);
  process.exit(1);
}
