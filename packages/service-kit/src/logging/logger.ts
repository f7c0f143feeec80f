import { pino } from "pino";
import type { DestinationStream, Logger as PinoLogger } from "pino";
import { errorOf } from "../problems/error-of.ts";
import type { LogLevel } from "../settings/read-settings.ts";
import { readableLine } from "./readable.ts";
import { redactLine } from "./redaction.ts";
import { StandardOutput } from "./standard-output.ts";

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
 * stack and causes. No line shows a token, a cookie or an Authorization header. In a terminal the
 * lines are made readable.
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
    "destination" in target ? target.destination : standardOutput(() => target.metrics.countDroppedLine()),
  );
}

function standardOutput(onDropped: () => void): Pick<StandardOutput, "write" | "flush"> {
  const output = new StandardOutput(onDropped);
  if (!process.stdout.isTTY) return output;
  return {
    write: (line) => output.write(`${readableLine(line.trimEnd(), process.stdout)}\n`),
    flush: (done) => output.flush(done),
  };
}

/** Waits until everything that was logged so far is written, which may be never. */
export function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    logger.flush(() => resolve());
  });
}

/** An error as the log shows it. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggedError;
  readonly errors?: readonly LoggedError[];
}

// Deeper chains are loops or bugs; AggregateErrors hold one error for each address that was tried.
const DEEPEST_CAUSE = 5;
const MOST_ERRORS = 5;

/**
 * Type, message, code, stack and causes, and nothing else: libraries hang requests, headers and
 * bodies on their errors, and those are full of tokens and of people.
 */
function serializeError(error: unknown): LoggedError {
  try {
    return serialize(error, 0);
  } catch {
    // Looking at it ran its own code.
    return { type: typeof error, message: errorOf(error).message };
  }
}

function serialize(error: unknown, depth: number): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: `thrown value: ${describe(error)}` };
  const goesOn = depth < DEEPEST_CAUSE;
  const code = "code" in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...((typeof code === "string" || typeof code === "number") && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(goesOn && error.cause !== undefined && { cause: serialize(error.cause, depth + 1) }),
    ...(goesOn &&
      error instanceof AggregateError && {
        errors: error.errors.slice(0, MOST_ERRORS).map((inner: unknown) => serialize(inner, depth + 1)),
      }),
  };
}

/** What was thrown, without the contents of an object. */
function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
