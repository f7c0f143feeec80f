import { pino, type DestinationStream, type Logger as PinoLogger } from "pino";
import { serializeError } from "./error-serializer.ts";
import { redactLine } from "./redaction.ts";
import { StandardOutput } from "./standard-output.ts";
import type { LogLevel } from "../settings/choices.ts";

export type Logger = PinoLogger;

export interface LoggerOptions {
  /** The program's name: `service` on every line. */
  readonly name: string;
  readonly level?: LogLevel;
  /** Where lines go. Standard output where it is not given. */
  readonly destination?: DestinationStream;
}

/**
 * JSON lines with an ISO time and the level in words. Log an error as `{ err }`: it shows with
 * stack and causes. No line shows a token, a cookie or an Authorization header.
 */
export function createLogger({ name, level = "info", destination }: LoggerOptions): Logger {
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
    destination ?? new StandardOutput(),
  );
}

/**
 * Lets the process end without the lines that are not written yet: their reader is gone, or does
 * not read. At the exit pino would write them synchronously, and where the reader's end of a pipe
 * is closed its attempts have no end (sonic-boom 4's `flushSync`).
 */
export function dropUnwritten(logger: Logger): void {
  const stream: unknown = Reflect.get(logger, pino.symbols.streamSym);
  if (stream instanceof StandardOutput) stream.giveUp();
}

/**
 * Waits until everything logged so far is written, but not longer than the reader of the log
 * allows.
 */
export function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    logger.flush(() => resolve());
  });
}
