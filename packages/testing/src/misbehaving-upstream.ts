import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { listen } from "./program.ts";
import { response } from "./raw-upstream.ts";
import type { RawHandler } from "./raw-upstream.ts";

/** One request as the upstream got it. */
export type Received = {
  /** 0 for the first. */
  readonly index: number;
  readonly method: string;
  /** As it was sent, with its query. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** When its head came, by `performance.now()`. */
  readonly at: number;
  /** When its connection was closed before it was answered whole. */
  readonly abortedAt: number | undefined;
};

/** A whole answer. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Buffer;
};

/**
 * A way to behave: what to answer instead of the ordinary reply, or what to do with the bare
 * socket. A promise holds the answer back.
 */
export type Behaviour = (ordinary: Reply, request: Received) => Done | Promise<Done>;

type Done = Reply | RawHandler;

/** What an upstream does while no rule says otherwise. */
export type Ordinary = (request: Received) => Done | Promise<Done>;

/** Where a behaviour holds, and how often. */
export type Where = {
  /** Only this path. Default: all. */
  readonly at?: string;
  /** Only so many requests, from now on. Default: all. */
  readonly times?: number;
};

type Rule = { readonly behaviour: Behaviour; readonly at: string | undefined; left: number };

/**
 * A real HTTP server in place of a domain service. It answers as its test says, misbehaves on
 * command, and records what it was asked.
 */
export class MisbehavingUpstream implements AsyncDisposable {
  port = 0;
  readonly sockets = new Set<Socket>();
  /** Requests that have come and are not answered, now and at most. */
  inFlight = 0;
  mostInFlight = 0;
  readonly #server: Server;
  /** Sockets that a behaviour has written to: Node's server would wait for its own answer there. */
  readonly #bare = new WeakSet<Socket>();
  readonly #remembers: boolean;
  readonly #ordinary: Ordinary;
  #rules: Rule[] = [];
  #received: Received[] = [];
  #waiting: (() => void)[] = [];

  private constructor(ordinary: Ordinary, remembers: boolean) {
    this.#ordinary = ordinary;
    this.#remembers = remembers;
    this.#server = createServer((request, answer) => void this.#take(request, answer));
    this.#server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  /**
   * Starts, by default on a free port of the loopback.
   *
   * @param ordinary default: `{}` with status 200
   * @param where.remembers whether `received` keeps the requests. A program that runs for days does
   *   not. Default true
   */
  static async open(
    ordinary: Ordinary = () => jsonReply({}),
    where: { readonly host?: string; readonly port?: number; readonly remembers?: boolean } = {},
  ): Promise<MisbehavingUpstream> {
    const { remembers = true, ...options } = where;
    const upstream = new MisbehavingUpstream(ordinary, remembers);
    upstream.port = await listen(upstream.#server, options);
    return upstream;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Every request so far, in the order in which they came. */
  get received(): readonly Received[] {
    return this.#received;
  }

  /** Behaves so from now on; a later rule goes before an earlier one. */
  behave(behaviour: Behaviour, { at, times = Infinity }: Where = {}): void {
    this.#rules.unshift({ behaviour, at, left: times });
  }

  /** Behaves again, and forgets what it received. */
  reset(): void {
    this.#rules = [];
    this.#received = [];
  }

  /** Waits until it has received this many requests, also those that it does not answer. */
  async hasReceived(count: number): Promise<void> {
    while (this.#received.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Stops listening and cuts every connection: who calls it now is refused. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.#server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { socket } = request;
    const at = performance.now();
    let abortedAt: number | undefined;
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    answer.on("close", () => {
      this.inFlight -= 1;
      if (!answer.writableFinished) abortedAt = performance.now();
    });
    let body = "";
    try {
      for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    } catch {
      return;
    }
    const { method = "", url = "", headers } = request;
    const { pathname: path, searchParams: query } = new URL(url, "http://service");
    const index = this.#received.length;
    const received: Received = {
      index,
      method,
      url,
      path,
      query,
      headers,
      body,
      at,
      get abortedAt() {
        return abortedAt;
      },
    };
    if (this.#remembers) this.#received.push(received);
    for (const wake of this.#waiting.splice(0)) wake();
    const done = await this.#answer(received);
    if (typeof done === "function") {
      this.#bare.add(socket);
      done(socket, body, index);
    } else if (this.#bare.has(socket)) {
      socket.write(headOf(done));
      socket.write(done.body);
    } else {
      send(answer, done);
    }
  }

  async #answer(request: Received): Promise<Done> {
    const rule = this.#rules.find(({ at, left }) => left > 0 && (at === undefined || at === request.path));
    if (rule === undefined) return this.#ordinary(request);
    rule.left -= 1;
    const ordinary = await this.#ordinary(request);
    return rule.behaviour(typeof ordinary === "function" ? jsonReply({}) : ordinary, request);
  }
}

/** A value as JSON; from status 400 on, as problem details. */
export function jsonReply(body: unknown, status = 200, headers: Reply["headers"] = {}): Reply {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return {
    status,
    headers: { "content-type": type, "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}

/** A problem of this status (RFC 9457). */
export function problemReply(status: number, headers: Reply["headers"] = {}): Reply {
  const problem = { type: "about:blank", title: "a problem", status, detail: "as the test wants it" };
  return jsonReply(problem, status, headers);
}

/** The head of a reply as bytes on the wire, with the length of its body. */
export function headOf({ status, headers, body }: Reply): string {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const length = String(Buffer.byteLength(body));
  return response(status, "", { ...Object.fromEntries(texts), "content-length": length });
}

function send(answer: ServerResponse, { status, headers, body }: Reply): void {
  const hasNone = status === 204 || status === 304;
  answer.writeHead(status, { ...headers, ...(hasNone ? {} : { "content-length": Buffer.byteLength(body) }) });
  answer.end(hasNone ? undefined : body);
}
