/** Epoch ms: `Date` is one. */
export interface Clock {
  now(): number;
}

/** What `LOG_LEVEL` may be, from the most to the least that is logged. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** One of the levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes entries of its level and above. */
export interface Logger {
  log(level: Exclude<LogLevel, "silent">, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Logs one line of JSON per entry to stderr. */
export function stderrLogger(service: string, level: LogLevel): Logger {
  const threshold = LOG_LEVELS.indexOf(level);
  return {
    log(entryLevel, message, fields = {}) {
      if (LOG_LEVELS.indexOf(entryLevel) < threshold) return;
      process.stderr.write(`${JSON.stringify({ level: entryLevel, service, message, ...fields })}\n`);
    },
  };
}

/** What every part of a service is given. */
export interface Tools {
  clock: Clock;
  logger: Logger;
}

/**
 * A setting that the process cannot start with. The message is one line and starts with its name.
 */
export class SettingError extends Error {
  constructor(setting: string, problem: string, options?: ErrorOptions) {
    super(`${setting} ${problem}`.replaceAll(/\s+/g, " "), options);
    this.name = "SettingError";
  }
}
