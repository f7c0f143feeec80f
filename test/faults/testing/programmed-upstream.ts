import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** One request as the upstream saw it. */
export type Received = {
  readonly index: number;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly at: number;
  /** When its connection was closed before it was answered, by `performance.now()`. */
  abortedAt: number | undefined;
};

/** What the upstream does with a request. */
export type Program = (request: Received, response: ServerResponse) => void | Promise<void>;

/**
 * An upstream that does what the scenario says. It counts what it received, and how much at once.
 */
export class ProgrammedUpstream implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly sockets = new Set<Socket>();
  inFlight = 0;
  mostInFlight = 0;
  #program: Program;
  readonly #server: Server;

  private constructor(program: Program) {
    this.#program = program;
    this.#server = createServer((request, response) => void this.#take(request, response));
    this.#server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  /** Listens on a free port. */
  static async open(program: Program): Promise<ProgrammedUpstream> {
    const upstream = new ProgrammedUpstream(program);
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    return upstream;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP port, got none");
    return address.port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers all later requests in another way. */
  become(program: Program): void {
    this.#program = program;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const received: Received = {
      index: this.received.length,
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: "",
      at: performance.now(),
      abortedAt: undefined,
    };
    this.received.push(received);
    response.on("close", () => {
      this.inFlight -= 1;
      if (!response.writableFinished) received.abortedAt = performance.now();
    });
    // The body is read before the program runs: a request is executed once all of it has arrived.
    let body = "";
    try {
      for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    } catch {
      return;
    }
    await this.#program(Object.assign(received, { body }), response);
  }
}

/** Answers JSON. */
export function answerJson(
  response: ServerResponse,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers a status and an empty object. */
export function answerStatus(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "application/json", "content-length": 2 }).end("{}");
}
