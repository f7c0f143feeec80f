import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logging/logger.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { Admission } from "../overload/admission.ts";
import { OVERLOAD, overloadRefusal } from "../overload/overload-refusal.ts";
import type { ProblemPage } from "../problems/send-problem.ts";
import { announcedBytes } from "../requests/body.ts";
import { accountUnbegun } from "../requests/inbound.ts";
import { MAX_BODY_BYTES } from "../requests/limits.ts";
import { hasWaited } from "../requests/record.ts";
import { Handshakes } from "./connections.ts";
import { HTTP_LIMITS } from "./listen.ts";
import { OpenAnswers } from "./connections.ts";
import { refuseMalformed, refuseTunnel } from "./malformed-request.ts";

/** A server's certificate and key, as PEM. */
export interface TlsFiles {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface PublicServerOptions {
  /** This layer's name in refusals before the app. */
  readonly name: string;
  readonly app: RequestListener;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly tls?: TlsFiles | undefined;
  readonly overloadPage?: ProblemPage | undefined;
}

/** A request that was read, and what comes before its app. */
type Arrival = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly beforehand: (() => void) | undefined;
  readonly arrivedAt: number;
};

/** The server that clients reach: limited by time, size and load, and able to drain. */
export class PublicServer {
  readonly server: Server;
  readonly #app: RequestListener;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #admission: Admission<Arrival>;
  readonly #refuse: RequestListener;
  readonly #inFlight = new OpenAnswers();
  readonly #handshakes: Handshakes | undefined;
  /** Connections on which something was refused already: Node reports each later byte too. */
  readonly #refused = new WeakSet<Duplex>();
  /** Connections on which something was answered before all of its body came. */
  readonly #unread = new WeakSet<Duplex>();
  /** One listener for all answers. */
  readonly #whenClosed: (this: ServerResponse) => void;
  #draining = false;

  constructor({ name, app, logger, metrics, clock, tls, overloadPage }: PublicServerOptions) {
    this.#refuse = overloadRefusal(name, overloadPage);
    this.#app = app;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#logger = logger;
    this.#admission = new Admission(clock, {
      start: (arrival) => this.#start(arrival),
      refuse: (arrival) => this.#refuseNow(arrival),
      report: (report) =>
        logger.warn({ layer: name, refusedBy: OVERLOAD, ...report }, "overloaded: refused requests"),
    });
    const answered = (res: ServerResponse): void => this.#answered(res);
    this.#whenClosed = function () {
      answered(this);
    };
    this.server = tls === undefined ? createServer(HTTP_LIMITS) : createTlsServer({ ...HTTP_LIMITS, ...tls });
    this.#handshakes = tls === undefined ? undefined : new Handshakes(this.server);
    // 0 is "no limit": past the limit Node drops headers silently, a second Host among them.
    // maxHeaderSize holds.
    this.server.maxHeadersCount = 0;
    this.server.on("request", (req, res) => this.#answer(req, res));
    this.server.on("checkContinue", (req, res) => {
      this.#answer(req, res, () => {
        // "100 Continue" asks for the body, so do not send it for a body that will be refused.
        if (announcedBytes(req) <= MAX_BODY_BYTES) res.writeContinue();
      });
    });
    // Any other expectation may be ignored (RFC 9110, section 10.1.1).
    this.server.on("checkExpectation", (req, res) => this.#answer(req, res));
    this.server.on("clientError", (error, socket) => {
      if (this.#refused.has(socket)) return;
      // A client that left is refused nothing.
      if ("code" in error && error.code === "ECONNRESET") {
        socket.destroy();
        return;
      }
      this.#refused.add(socket);
      // It has its answer, so it need not send the rest of its body.
      if (this.#unread.has(socket) && "code" in error && error.code === "HPE_INVALID_EOF_STATE") {
        socket.destroy();
        return;
      }
      refuseMalformed(error, socket, this.#answering(socket), { name, logger, metrics, clock });
    });
    this.server.on("connect", (_req, socket) => {
      // Node removes its error listener from a CONNECT socket: a reset would end the process.
      socket.on("error", () => socket.destroy());
      refuseTunnel(socket, this.#answering(socket), { name, logger, metrics, clock });
    });
  }

  /** Requests that are being answered. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * Accepts no new connection, closes the idle ones, lets requests in flight finish, and cuts what
   * is left after `timeoutMs`. Returns how many answers were cut.
   */
  async drain(timeoutMs: number): Promise<number> {
    this.#draining = true;
    // close() also closes the connections that are idle at this moment.
    const closed = new Promise<void>((resolve) => void this.server.close(() => resolve()));
    this.#handshakes?.end();
    for (const res of this.#inFlight) {
      if (!res.headersSent) res.setHeader("Connection", "close");
    }
    let cut = 0;
    const cancel = this.#clock.setTimer(
      timeoutMs,
      () => {
        cut = this.#inFlight.size;
        this.server.closeAllConnections();
      },
      "unref",
    );
    await closed;
    cancel();
    return cut;
  }

  #answer(req: IncomingMessage, res: ServerResponse, beforehand?: () => void): void {
    if (this.#draining) res.setHeader("Connection", "close");
    this.#inFlight.add(res);
    this.#admission.admit({ req, res, beforehand, arrivedAt: this.#clock.now() });
  }

  #start({ req, res, beforehand, arrivedAt }: Arrival): void {
    // While it waited, the client may have left, or the rest may have turned out to be malformed.
    const isRefused = !req.complete && this.#refused.has(req.socket);
    if (isRefused) return this.#inFlight.delete(res);
    const waitedMs = this.#clock.now() - arrivedAt;
    if (req.socket.destroyed) {
      this.#inFlight.delete(res);
      const tools = { logger: this.#logger, metrics: this.#metrics };
      return accountUnbegun(req, res, waitedMs, tools);
    }
    res.on("close", this.#whenClosed);
    if (waitedMs >= 1) hasWaited(res, waitedMs);
    beforehand?.();
    this.#app(req, res);
  }

  #refuseNow({ req, res }: Arrival): void {
    this.#inFlight.delete(res);
    if (!req.complete) this.#unread.add(req.socket);
    this.#refuse(req, res);
    this.#metrics.observeRequest(undefined, req.method ?? "none", res.statusCode, 0);
  }

  /** The answers under way on a connection: several when requests are pipelined. */
  #answering(socket: Duplex): ServerResponse[] {
    return [...this.#inFlight].filter(({ req }) => req.socket === socket);
  }

  #answered(res: ServerResponse): void {
    this.#inFlight.delete(res);
    if (!res.req.complete) this.#unread.add(res.req.socket);
    // An answer whose headers were sent before the drain did not announce `Connection: close`.
    if (this.#draining) setImmediate(() => this.server.closeIdleConnections());
  }
}
