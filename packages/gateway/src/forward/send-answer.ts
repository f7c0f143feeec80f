import type { IncomingMessage, ServerResponse } from "node:http";
import { nameLayer } from "@triptych/service-kit";
import type { ProblemPage } from "@triptych/service-kit";
import { sendPage } from "../pages.ts";
import type { Exchange } from "../exchange.ts";
import { failureRefusal } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { responseHeaders } from "./headers.ts";
import type { Fields } from "./headers.ts";
import type { Flow, Receiver } from "./send-request.ts";
import { HeldAnswer } from "./transform.ts";
import type { Transform } from "./transform.ts";

/**
 * The `Cache-Control` of an answer that has none. Caches may keep such an answer, even for others
 * (RFC 9111, sections 3.5 and 4.2.2): only `Authorization` forbids it, not API keys or cookies.
 */
export const NOT_KEPT = "private, no-store";

/** Headers about the target's content, which do not apply to a transformed answer. */
const ABOUT_CONTENT = new Set([
  "content-length",
  "content-type",
  "content-encoding",
  "content-range",
  "accept-ranges",
  "etag",
  "last-modified",
]);

/** What a proxy before the target answers by itself, such as a canary's or a mesh's. */
const OF_A_PROXY = new Set([502, 503, 504]);

/** What an answer needs on its way. */
export interface AnswerOptions {
  readonly exchange: Pick<Exchange, "route" | "visitorsLogin" | "pageFor">;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly transform: Transform | undefined;
  /** Called with the status class or the failure, once it is known. */
  readonly onOutcome: (outcome: string, status?: number) => void;
  /** Called with the answer's headers, and with its trailers at the end of a whole body. */
  readonly onFields: (fields: Fields) => void;
  /** Called when a client that still waits gets no whole answer of the target. */
  readonly onFailed: () => void;
  /** Called at the end of the target's work: with an error when nothing was sent to the client. */
  readonly done: (error?: unknown) => void;
}

/**
 * Sends a target's answer to the client: as it comes, with its trailers, or transformed. An answer
 * that breaks off is cut, so that it does not look complete.
 */
export class SentAnswer implements Receiver {
  readonly #options: AnswerOptions;
  #status = 0;
  #headers: Fields = {};
  /** The body, where it is to be transformed. */
  #held: HeldAnswer | undefined;
  /** What a browser gets in place of a proxy's answer. */
  #page: ReturnType<ProblemPage> | undefined;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  begun(status: number, headers: Fields): void {
    const { req, exchange, transform, onOutcome, onFields } = this.#options;
    this.#status = status;
    this.#headers = headers;
    onFields(headers);
    if (status === 200 && req.method !== "HEAD" && transform !== undefined) {
      this.#held = new HeldAnswer(transform);
    }
    const isPage = String(headers["content-type"]).startsWith("text/html");
    if (OF_A_PROXY.has(status) && !isPage) this.#page = exchange.pageFor?.(status);
    onOutcome(status < 500 ? "ok" : "unavailable", status);
  }

  data(chunk: Buffer, flow: Flow): void {
    if (this.#page !== undefined) return;
    if (this.#held !== undefined) {
      this.#held.add(chunk, flow);
      return;
    }
    const { res } = this.#options;
    if (!res.headersSent) this.#setHead();
    if (res.write(chunk)) return;
    flow.pause();
    res.once("drain", () => flow.resume());
  }

  ended(trailers: Fields): void {
    const { res, onFields, done } = this.#options;
    onFields(trailers);
    if (this.#page !== undefined) {
      this.#setHead("our content");
      sendPage(res, this.#page);
      done();
      return;
    }
    if (this.#held !== undefined) {
      void this.#sendTransformed(this.#held);
      return;
    }
    if (!res.headersSent) this.#setHead();
    if (res.hasHeader("Trailer")) {
      const kept = responseHeaders(trailers).filter(([name]) => !ABOUT_CONTENT.has(name));
      res.addTrailers(Object.fromEntries(kept));
    }
    res.end();
    done();
  }

  failed(failure: Failure, error: unknown): void {
    const { res, exchange, onOutcome, onFailed, done } = this.#options;
    if (this.#status === 0) onOutcome(failure);
    if (failure !== "client-gone") onFailed();
    if (res.headersSent || failure === "client-gone") {
      // A truncated answer must not look complete.
      res.destroy();
      done();
    } else {
      // undici also reports the mistakes of this class as errors of the answer.
      const isBug = error instanceof TypeError && !("code" in error);
      done(isBug ? error : failureRefusal(failure, exchange.route.target, error));
    }
  }

  /** Sets what Node sends with the first part of the body. */
  #setHead(sent: "its content" | "our content" = "its content"): void {
    const { res, req, exchange } = this.#options;
    for (const [name, value] of responseHeaders(this.#headers)) {
      if (sent === "its content" || !ABOUT_CONTENT.has(name)) res.appendHeader(name, value);
    }
    // An empty one says nothing either.
    const cacheControl = res.getHeader("Cache-Control") ?? "";
    if ([cacheControl].flat().join("").trim() === "") res.setHeader("Cache-Control", NOT_KEPT);
    res.statusCode = leadVisitorToLogin(this.#status, exchange, res);
    if (!hasChunks(req, res) || sent === "our content") res.removeHeader("Trailer");
    nameLayer(res, exchange.route.target, this.#status >= 400 ? `answered ${this.#status}` : undefined);
  }

  async #sendTransformed(held: HeldAnswer): Promise<void> {
    const { res, done } = this.#options;
    try {
      const content = await held.transformed();
      this.#setHead("our content");
      res.setHeader("Content-Type", "application/json");
      res.setHeader("Content-Length", content.length);
      res.end(content);
      done();
    } catch (error) {
      done(error);
    }
  }
}

/**
 * A screen that needs a user answers a visitor 401. A browser that opens it as a page is sent to
 * the login and back, as on a route without visitors.
 *
 * @returns the status of the answer
 */
export function leadVisitorToLogin(
  status: number,
  { visitorsLogin }: Pick<Exchange, "visitorsLogin">,
  res: ServerResponse,
): number {
  if (status !== 401 || visitorsLogin === undefined) return status;
  res.setHeader("Location", visitorsLogin);
  return 303;
}

/** Only answers in chunks can have trailers: Node refuses to announce them for any other. */
function hasChunks(req: IncomingMessage, res: ServerResponse): boolean {
  const hasBody = req.method !== "HEAD" && ![204, 304].includes(res.statusCode);
  return hasBody && req.httpVersion !== "1.0" && !res.hasHeader("Content-Length");
}
