import { wallClock } from "./clock.ts";
import { jsonLogger } from "./logger.ts";
import type { Logger } from "./logger.ts";
import { startService } from "./service.ts";
import type { ListeningService, ServiceDefinition } from "./service.ts";
import { readSettings } from "./settings.ts";
import type { Environment, Settings } from "./settings.ts";
import { SettingError } from "./setting-error.ts";

/** A service as a process: its default port, and how its own settings make it. */
export interface ServiceProgram {
  defaultPort: number;
  define: (environment: Environment) => ServiceDefinition;
}

/**
 * Runs a service as this process: prints one JSON line on stdout when both ports listen, logs to stderr, ends with
 * code 0 on SIGTERM or SIGINT and with code 1 and one line on stderr where it cannot start.
 */
export async function runService(program: ServiceProgram, environment: Environment): Promise<void> {
  await runListening(async () => {
    const settings = readSettings(environment, program.defaultPort);
    const definition = program.define(environment);
    const logger = loggerOf(definition.name, settings);
    const running = await startService(definition, settings, { clock: wallClock, logger });
    return { name: definition.name, running, about: { seeded: running.wasMade } };
  });
}

/** A logger of a process: to stderr. */
export function loggerOf(name: string, { logLevel }: Settings): Logger {
  return jsonLogger(name, logLevel, (line) => process.stderr.write(line));
}

/** Runs whatever listens as a service does, in the way of `runService`; `about` is added to the line on stdout. */
export async function runListening(
  start: () => Promise<{ name: string; running: ListeningService; about: object }>,
): Promise<void> {
  const startedAt = wallClock.now();
  try {
    const { name, running, about } = await start();
    const { port, adminPort } = running;
    const end = (): void => {
      process.off("SIGTERM", end).off("SIGINT", end);
      void running.stop().then(() => process.exit(0));
    };
    process.on("SIGTERM", end).on("SIGINT", end);
    const startMs = Math.round(wallClock.now() - startedAt);
    process.stdout.write(
      `${JSON.stringify({ ready: true, service: name, port, adminPort, ...about, startMs })}\n`,
    );
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
