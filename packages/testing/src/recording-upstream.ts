import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Socket } from "node:net";
import { listen } from "./program.ts";

/** One request as the upstream saw it. */
export interface Recorded {
  readonly method: string;
  readonly url: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage["headers"];
  body: string;
  /** The client's side ended before the answer was done. */
  aborted: boolean;
}

/** A service (or a BFF) that answers as a test says and records every request. */
export class RecordingUpstream implements AsyncDisposable {
  readonly requests: Recorded[] = [];
  /** Connections that were ever made to it. */
  connections = 0;
  /** Answers each request. Default: 200 with `{"ok":true}`. */
  answer: RequestListener = (_req, res) => {
    res.setHeader("Content-Type", "application/json");
    res.end('{"ok":true}');
  };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #waiting: (() => void)[] = [];

  constructor() {
    this.#server = createServer((req, res) => {
      const entry: Recorded = {
        method: req.method ?? "",
        url: req.url ?? "",
        rawHeaders: req.rawHeaders,
        headers: req.headers,
        body: "",
        aborted: false,
      };
      this.requests.push(entry);
      req.setEncoding("utf8").on("data", (text: string) => {
        entry.body += text;
        this.#wake();
      });
      res.once("close", () => {
        entry.aborted = !res.writableFinished;
        this.#wake();
      });
      this.#wake();
      this.answer(req, res);
    });
    this.#server.on("connection", (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /**
   * Listens, and returns the origin. After `close` it may listen again.
   *
   * @param asked the port; 0 takes a free one
   */
  async listen(asked = 0): Promise<string> {
    return `http://127.0.0.1:${await listen(this.#server, { port: asked })}`;
  }

  /** The only request that came. */
  get only(): Recorded {
    const [request] = this.requests;
    if (request === undefined || this.requests.length > 1) {
      throw new Error(`expected one request, but ${this.requests.length} came`);
    }
    return request;
  }

  /** Waits until something is true of what came. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Closes its port and its connections. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
