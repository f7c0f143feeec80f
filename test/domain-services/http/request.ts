import type { IncomingMessage } from "node:http";
import { readBody } from "./body.ts";
import { identityRequired, invalidRequest } from "./problem.ts";

/** A request as a route sees it. */
export class ServiceRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly #message: IncomingMessage;
  readonly #caller: string | null;

  constructor(
    message: IncomingMessage,
    target: { query: URLSearchParams; params: Readonly<Record<string, string>> },
    caller: string | null,
  ) {
    this.method = message.method ?? "GET";
    this.params = target.params;
    this.query = target.query;
    this.#message = message;
    this.#caller = caller;
  }

  /** The user that the request's identity names. @throws Problem 401 where it names none. */
  userId(): string {
    if (this.#caller === null) {
      throw identityRequired(
        "This resource is a user's own: send one X-User-Id of 1 to 64 letters, digits, '_' or '-'.",
      );
    }
    return this.#caller;
  }

  /** A header that may come once. @throws Problem 400 where it comes twice. */
  header(name: string): string | undefined {
    const values = this.#message.headersDistinct[name.toLowerCase()];
    if (values === undefined) return undefined;
    if (values.length > 1) throw invalidRequest(`${name} must be sent once, got it ${values.length} times.`);
    return values[0];
  }

  /** The JSON body. @throws Problem 400, 413 or 415. */
  json(): Promise<unknown> {
    return readBody(this.#message);
  }
}
