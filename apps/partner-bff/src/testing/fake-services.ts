import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { answerAsService } from "./service-answers.ts";
import { SMALL } from "./sample-data.ts";
import type { Data } from "./sample-data.ts";

export const SERVICES = ["users", "orders", "recommendations", "catalog"] as const;
export type ServiceName = (typeof SERVICES)[number];

/** One request that reached a service. */
export type Call = {
  readonly service: ServiceName;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/**
 * What a service answers: a status and a body, as JSON where nothing else is said; `hang` answers
 * nothing.
 */
export type Answer =
  | { readonly status?: number; readonly body: unknown; readonly contentType?: string }
  | "hang";

type Behaviour = (call: Call) => Answer | Promise<Answer>;

/** The four domain services on loopback, with a handful of data, which misbehave on command. */
export class FakeServices implements AsyncDisposable {
  readonly calls: Call[] = [];
  readonly #servers = new Map<ServiceName, Server>();
  readonly #behaviours = new Map<ServiceName, Behaviour>();
  #waiting: (() => void)[] = [];
  readonly #data: Data;
  #onClosed: (() => void) | undefined;

  private constructor(data: Data) {
    this.#data = data;
  }

  static async start(data: Data = SMALL): Promise<FakeServices> {
    const services = new FakeServices(data);
    for (const name of SERVICES) {
      const server = createServer((req, res) => void services.#answer(name, req, res));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      services.#servers.set(name, server);
    }
    return services;
  }

  address(service: ServiceName): string {
    const address = this.#servers.get(service)?.address();
    if (typeof address !== "object" || address === null) throw new TypeError(`${service} does not listen`);
    return `http://127.0.0.1:${address.port}`;
  }

  /** From now on the service behaves like this; `wellBehaved` is what it would have answered. */
  make(
    service: ServiceName,
    behaviour: (call: Call, wellBehaved: () => Answer) => Answer | Promise<Answer>,
  ): void {
    this.#behaviours.set(service, (call) => behaviour(call, () => answerAsService(call, this.#data)));
  }

  /** Calls `listener` for each connection that is closed before its request was answered. */
  onClosed(listener: () => void): void {
    this.#onClosed = listener;
  }

  callsTo(service: ServiceName): readonly Call[] {
    return this.calls.filter((call) => call.service === service);
  }

  /** Waits until so many requests have come in all. */
  async received(count: number): Promise<void> {
    while (this.calls.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #answer(service: ServiceName, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method = "", headers } = req;
    const url = new URL(req.url ?? "/", "http://service");
    const call: Call = { service, method, url, headers, body: await text(req) };
    this.calls.push(call);
    for (const wake of this.#waiting.splice(0)) wake();
    const behaviour = this.#behaviours.get(service) ?? ((asked) => answerAsService(asked, this.#data));
    const answer = await behaviour(call);
    if (answer === "hang") {
      res.once("close", () => this.#onClosed?.());
      return;
    }
    const { status = 200, body, contentType = "application/json" } = answer;
    res.writeHead(status, { "Content-Type": contentType });
    res.end(typeof body === "string" ? body : JSON.stringify(body));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.values()) {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }
}
