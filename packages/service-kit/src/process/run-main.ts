import { pino } from "pino";
import { createLogger } from "../logging/logger.ts";
import { SettingsError } from "../settings/read-settings.ts";
import { ListenError } from "./listen.ts";

/**
 * Runs a program's `main`. Bad settings and a taken port end it with one line on standard error and exit code
 * 1. Any other failure, then or later (an unhandled rejection, an uncaught exception), is logged with its
 * stack at level fatal and ends it with exit code 1: the state of the process is not known any more.
 */
export async function runMain(name: string, main: () => Promise<unknown>): Promise<void> {
  const crash = (error: unknown, message: string): never => {
    // A logger of its own that writes at once: the program's may not exist yet, or may buffer.
    const logger = createLogger({
      name,
      level: "fatal",
      destination: pino.destination({ dest: 1, sync: true }),
    });
    logger.fatal({ err: error }, message);
    process.exit(1);
  };
  process.on("uncaughtException", (error) => crash(error, "uncaught exception"));
  process.on("unhandledRejection", (reason) => crash(reason, "unhandled rejection"));
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SettingsError || error instanceof ListenError)) crash(error, "cannot start");
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${name} cannot start: ${message}\n`);
    process.exit(1);
  }
}
