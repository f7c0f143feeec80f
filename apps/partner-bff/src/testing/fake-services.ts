import type { IncomingHttpHeaders } from "node:http";
import { MisbehavingUpstream, jsonReply } from "@triptych/testing";
import type { Behaviour, Received } from "@triptych/testing";
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

type ServiceBehaviour = (call: Call, wellBehaved: () => Answer) => Answer | Promise<Answer>;

/** The four domain services on loopback, with a handful of data, which misbehave on command. */
export class FakeServices implements AsyncDisposable {
  readonly calls: Call[] = [];
  readonly #upstreams = new Map<ServiceName, MisbehavingUpstream>();
  readonly #behaviours = new Map<ServiceName, ServiceBehaviour>();
  #waiting: (() => void)[] = [];
  readonly #data: Data;
  #onClosed: (() => void) | undefined;

  private constructor(data: Data) {
    this.#data = data;
  }

  static async start(data: Data = SMALL): Promise<FakeServices> {
    const services = new FakeServices(data);
    for (const name of SERVICES) {
      const upstream = await MisbehavingUpstream.open((request) => services.#answer(name, request));
      services.#upstreams.set(name, upstream);
    }
    return services;
  }

  address(service: ServiceName): string {
    const upstream = this.#upstreams.get(service);
    if (upstream === undefined) throw new TypeError(`${service} does not listen`);
    return upstream.origin;
  }

  /** From now on the service behaves like this; `wellBehaved` is what it would have answered. */
  make(service: ServiceName, behaviour: ServiceBehaviour): void {
    this.#behaviours.set(service, behaviour);
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

  async [Symbol.asyncDispose](): Promise<void> {
    for (const upstream of this.#upstreams.values()) await upstream.close();
  }

  async #answer(service: ServiceName, request: Received): Promise<Awaited<ReturnType<Behaviour>>> {
    const { method, headers, body: sent } = request;
    const call: Call = { service, method, url: new URL(request.url, "http://service"), headers, body: sent };
    this.calls.push(call);
    for (const wake of this.#waiting.splice(0)) wake();
    const wellBehaved = (): Answer => answerAsService(call, this.#data);
    const answer = await (this.#behaviours.get(service) ?? wellBehaved)(call, wellBehaved);
    if (answer === "hang") return (socket) => void socket.once("close", () => this.#onClosed?.());
    const { status = 200, body, contentType = "application/json" } = answer;
    const reply = jsonReply(body, status, { "content-type": contentType });
    return typeof body === "string" ? { ...reply, body } : reply;
  }
}
