import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Behaviour, ReceivedCall, StubReply } from "./reply.ts";

/** Where a behaviour holds, and how often. */
export type Where = {
  /** One path alone. Default: all. */
  readonly at?: string;
  /** Only so many calls, from now on. Default: all. */
  readonly times?: number;
};

type Rule = { readonly behaviour: Behaviour; readonly at: string | undefined; left: number };

/** A real HTTP server in a domain service's place: it answers as the contract says until a test tells it otherwise. */
export class StubService {
  readonly #server: Server;
  readonly #ordinary: (call: ReceivedCall) => StubReply;
  #rules: Rule[] = [];
  #received: ReceivedCall[] = [];
  #watchers: (() => void)[] = [];

  private constructor(ordinary: (call: ReceivedCall) => StubReply) {
    this.#ordinary = ordinary;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Starts on a free port of the loopback. */
  static async start(ordinary: (call: ReceivedCall) => StubReply): Promise<StubService> {
    const service = new StubService(ordinary);
    service.#server.listen(0, "127.0.0.1");
    await once(service.#server, "listening");
    return service;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the stub service is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Every call so far, in the order in which they came. */
  get received(): readonly ReceivedCall[] {
    return this.#received;
  }

  /** Behaves so from now on; a later rule goes before an earlier one. */
  behave(behaviour: Behaviour, { at, times = Infinity }: Where = {}): void {
    this.#rules.unshift({ behaviour, at, left: times });
  }

  /** Answers ordinarily again, and forgets what it received. */
  reset(): void {
    this.#rules = [];
    this.#received = [];
  }

  /** Fulfilled once it has received `count` calls in all, which includes those that it does not answer. */
  async hasReceived(count: number): Promise<void> {
    while (this.#received.length < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** Stops listening and cuts every connection: whoever calls it now is refused. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await receive(request);
    this.#received.push(call);
    for (const wake of this.#watchers.splice(0)) wake();
    const rule = this.#rules.find(({ at, left }) => left > 0 && (at === undefined || at === call.path));
    if (rule !== undefined) rule.left -= 1;
    const ordinary = this.#ordinary(call);
    send(response, rule === undefined ? ordinary : await rule.behaviour(ordinary, call));
  }
}

async function receive(request: IncomingMessage): Promise<ReceivedCall> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://service");
  const { method = "", headers } = request;
  return { method, path: pathname, query: searchParams, headers, body };
}

function send(response: ServerResponse, { status, headers, body, ending }: StubReply): void {
  if (ending === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const bytes = Buffer.from(body);
  const length = status === 204 ? {} : { "content-length": bytes.length };
  response.writeHead(status, { ...headers, ...length });
  if (ending === "whole") {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.resetAndDestroy());
}
