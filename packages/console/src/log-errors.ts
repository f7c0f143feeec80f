import type { CodeError } from "./model/store.ts";

/** An error in an app's code, and the request that it belongs to, if it belongs to one. */
export type LoggedError = CodeError & { readonly requestId: string | undefined };

/**
 * Finds an error with a stack in a line of an app's log.
 * @returns undefined for every other line
 */
export function loggedError(app: string, line: string): LoggedError | undefined {
  if (!line.startsWith("{") || !line.includes('"stack"')) return undefined;
  try {
    const { err, requestId, section, time } = Object(JSON.parse(line));
    const { message, stack } = Object(err);
    if (typeof stack !== "string") return undefined;
    return {
      at: new Date(typeof time === "number" || typeof time === "string" ? time : Date.now()).toISOString(),
      app,
      section: typeof section === "string" ? section : null,
      message: String(message),
      stack,
      requestId: typeof requestId === "string" ? requestId : undefined,
    };
  } catch {
    return undefined;
  }
}
