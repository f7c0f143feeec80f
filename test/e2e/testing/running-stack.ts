import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startStack } from "@triptych/cli/stack";
import type { RoleName, Stack, StackOptions } from "@triptych/cli/stack";
import type { Call } from "../../domain-services/switches/calls.ts";
import { listAt, textAt } from "../../domain-services/testing/json.ts";
import { copiedData } from "../../domain-services/testing/pristine-data.ts";
import { Client } from "./client.ts";
import type { Answer, Asking } from "./client.ts";
import { openDatabases } from "./databases.ts";
import type { Databases } from "./databases.ts";
import { unlessHeldUp } from "./patience.ts";

export type { Call };

/** The domain services, in the order in which a home page needs them. */
export const SERVICES = ["users", "orders", "recommendations", "catalog"] as const satisfies RoleName[];

/** The name of a domain service. */
export type ServiceName = (typeof SERVICES)[number];

/** One sample service, through its admin port. */
export class ServiceControl {
  /** Whether it was told to misbehave since a test last set this to false. */
  hasMisbehaved = false;
  readonly #client: Client;
  readonly #url: () => string;

  /** @param url the service's admin address, which a restart may change */
  constructor(client: Client, url: () => string) {
    this.#client = client;
    this.#url = url;
  }

  /** Makes it misbehave from now on; see the sample services' README. */
  async misbehave(switches: object): Promise<void> {
    this.hasMisbehaved ||= Object.keys(switches).length > 0;
    await this.#send("/switches", { method: "PUT", json: switches });
  }

  /** Ends all misbehaviour. */
  async behave(): Promise<void> {
    await this.#send("/switches", { method: "DELETE" });
  }

  /** What it was asked since `forget`, oldest first. */
  async calls(): Promise<readonly Call[]> {
    return listAt(await this.#send("/calls"), "calls").filter(isCall);
  }

  /** Forgets what it was asked. */
  async forget(): Promise<void> {
    await this.#send("/calls", { method: "DELETE" });
  }

  /** For recommendations: the versions of its contract that it serves from now on. */
  async serve(served: readonly number[]): Promise<void> {
    this.hasMisbehaved = true;
    await this.#send("/versions", { method: "PUT", json: { served } });
  }

  async #send(path: string, asking: Asking = {}): Promise<string> {
    const { status, text } = await this.#client.ask(`${this.#url()}${path}`, asking);
    if (status === 200) return text;
    throw new TypeError(
      `${asking.method ?? "GET"} ${path} should answer 200, it answered ${status}: ${text}`,
    );
  }
}

function isCall(value: unknown): value is Call {
  return typeof value === "object" && value !== null && "startedAt" in value && "headers" in value;
}

/**
 * Programs as processes of their own, on free ports, with data of their own, and a client of them.
 */
export interface RunningStack extends AsyncDisposable {
  readonly stack: Stack;
  readonly client: Client;
  /** What the services read. Opened at the first use. */
  readonly databases: Databases;
  readonly services: { readonly [Name in ServiceName]: ServiceControl };
  /** Asks at any address, for JSON unless something else is asked for. */
  ask(url: string, asking?: Asking): Promise<Answer>;
  /** A BFF's answer to a user, whatever it is. */
  once(bff: RoleName, path: string, user: string, asking?: Asking): Promise<Answer>;
  /** The same, but asked again if a busy machine made a part of it late. */
  screen(bff: RoleName, path: string, user: string, asking?: Asking): Promise<Answer>;
  /** A user's access token, from the identity provider. */
  token(user: string): Promise<string>;
  /** What a process has printed so far. */
  log(role: RoleName): Promise<string>;
  /** What a process has measured so far, in Prometheus's text format. */
  metrics(role: RoleName): Promise<string>;
}

/**
 * Starts programs, by default on a copy of the sample data. If one cannot start, those that run are
 * stopped.
 */
export async function startRunning(options: Omit<StackOptions, "ports">): Promise<RunningStack> {
  await using begun = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? (await copiedData());
  if (options.dataDir === undefined) begun.defer(() => rm(dataDir, { recursive: true, force: true }));
  const stack = await startStack({ ...options, ports: "free", dataDir });
  begun.defer(() => stack.stop());
  const client = begun.use(new Client());
  const cleanUp = begun.move();

  let databases: Databases | undefined;
  const control = (name: ServiceName) => new ServiceControl(client, () => stack.adminUrl(name));
  const ask: RunningStack["ask"] = (url, asking = {}) =>
    client.ask(url, { ...asking, headers: { accept: "application/json", ...asking.headers } });
  const once: RunningStack["once"] = (bff, path, user, asking = {}) => {
    const headers = { ...asking.headers, "x-identity": stack.identity(user, bff) };
    return ask(`${stack.url(bff)}${path}`, { ...asking, headers });
  };
  return {
    stack,
    client,
    get databases() {
      return (databases ??= cleanUp.use(openDatabases(dataDir)));
    },
    services: {
      users: control("users"),
      orders: control("orders"),
      recommendations: control("recommendations"),
      catalog: control("catalog"),
    },
    ask,
    once,
    screen: (bff, path, user, asking) => unlessHeldUp(() => once(bff, path, user, asking)),
    async token(user) {
      const { text } = await client.ask(`${stack.url("identity-provider")}/development-token`, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: `user=${user}`,
      });
      return textAt(JSON.parse(text), "access_token");
    },
    log: (role) => readFile(join(stack.logDir, `${role}.log`), "utf8"),
    metrics: async (role) => (await client.ask(`${stack.adminUrl(role)}/metrics`)).text,
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}
