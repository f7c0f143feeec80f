export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Logger {
  log(level: Exclude<LogLevel, "silent">, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** One JSON line per entry of `level` and above. */
export function jsonLogger(service: string, level: LogLevel, write: (line: string) => void): Logger {
  const threshold = LOG_LEVELS.indexOf(level);
  return {
    log(entryLevel, message, fields = {}) {
      if (LOG_LEVELS.indexOf(entryLevel) < threshold) return;
      write(`${JSON.stringify({ level: entryLevel, service, message, ...fields })}\n`);
    },
  };
}
