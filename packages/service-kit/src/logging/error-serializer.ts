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
export function serializeError(error: unknown): LoggedError {
  return serialize(error, 0);
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
