import { Agent, request } from "undici";
import type { Dispatcher } from "undici";
import type { Call } from "../../domain-services/switches/calls.ts";
import { listAt } from "../../domain-services/testing/json.ts";

export type { Call };

/** One sample service, through its admin port. */
export interface ServiceControl {
  /** Makes it misbehave from now on; see the sample services' README. */
  misbehave(switches: object): Promise<void>;
  /** Ends all misbehaviour. */
  behave(): Promise<void>;
  /** What it was asked since `forget`, oldest first. */
  calls(): Promise<readonly Call[]>;
  forget(): Promise<void>;
  /** For recommendations: the versions of its contract that it serves from now on. */
  serve(versions: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

/** @param url the service's admin address, which a restart may change */
export function serviceControl(url: () => string): ServiceControl {
  const dispatcher = new Agent();
  async function send(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<string> {
    const answer = await request(`${url()}${path}`, {
      dispatcher,
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 200) return text;
    throw new TypeError(`${method} ${path} should answer 200, it answered ${answer.statusCode}: ${text}`);
  }
  return {
    misbehave: async (switches) => void (await send("PUT", "/switches", switches)),
    behave: async () => void (await send("DELETE", "/switches")),
    calls: async () => listAt(await send("GET", "/calls"), "calls").filter(isCall),
    forget: async () => void (await send("DELETE", "/calls")),
    serve: async (served) => void (await send("PUT", "/versions", { served })),
    close: async () => dispatcher.destroy(),
  };
}

function isCall(value: unknown): value is Call {
  return typeof value === "object" && value !== null && "startedAt" in value && "headers" in value;
}
