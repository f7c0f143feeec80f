import { pino, type DestinationStream, type Logger as PinoLogger } from "pino";
import { serializeError } from "./error-serializer.ts";
import { redactLine } from "./redaction.ts";
import { StandardOutput } from "./standard-output.ts";
import type { LogLevel } from "../settings/choices.ts";

export type Logger = PinoLogger;

export type LoggerOptions = {
  /** The program's name: `service` on every line. */
  readonly name: string;
  /** Default: `info`. */
  readonly level?: LogLevel;
} & (
  | {
      /** Counts the lines that standard output does not take: the program's metrics. */
      readonly metrics: { countDroppedLine(): void };
    }
  | {
      /** Where lines go instead of standard output. */
      readonly destination: DestinationStream;
    }
);

/**
 * JSON lines with an ISO time and the level in words. Log an error as `{ err }`: it shows with
 * stack and causes. No line shows a token, a cookie or an Authorization header.
 */
export function createLogger({ name, level = "info", ...target }: LoggerOptions): Logger {
  return pino(
    {
      level,
      // Process id and host name are the platform's to add: it knows the pod.
      base: { service: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError, error: serializeError },
      hooks: { streamWrite: redactLine },
    },
    "destination" in target
      ? target.destination
      : new StandardOutput(() => target.metrics.countDroppedLine()),
  );
}

/** Waits until everything that was logged so far is written, which may be never. */
export function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    logger.flush(() => resolve());
  });
}
