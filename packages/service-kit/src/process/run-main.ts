import { createLogger } from "../logging/logger.ts";
import { writeNow } from "../logging/standard-output.ts";
import { SettingsError } from "../settings/read-settings.ts";
import { ListenError } from "./listen.ts";

/**
 * Runs a program's `main`. Bad settings and a taken port end it with one line on standard error and
 * exit code 1. Any other failure, then or later (an unhandled rejection, an uncaught exception), is
 * logged with its stack at level fatal and ends it with exit code 1: the state of the process is
 * not known any more.
 */
export async function runMain(name: string, main: () => Promise<unknown>): Promise<void> {
  process.on("uncaughtException", (error) => crash(name, error, "uncaught exception"));
  process.on("unhandledRejection", (reason) => crash(name, reason, "unhandled rejection"));
  try {
    await main();
  } catch (error) {
    if (error instanceof SettingsError || error instanceof ListenError) {
      process.stderr.write(`${name} cannot start: ${error.message}\n`);
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
    process.stderr.write(`${name}: ${message}, and the log cannot be written: ${String(error)}\n`);
  process.exit(1);
}
