import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startStack } from "@triptych/cli/stack";
import type { RoleName, Stack } from "@triptych/cli/stack";
import type { Call } from "../../domain-services/switches/calls.ts";
import { listAt } from "../../domain-services/testing/json.ts";
import { copiedData } from "../../domain-services/testing/pristine-data.ts";
import { Client, WebClient } from "./client.ts";
import type { Asking } from "./client.ts";
import { newVisitors, openDatabases } from "./databases.ts";
import type { Databases } from "./databases.ts";
import { until } from "./patience.ts";

export type { Call };

/** The domain services, in the order in which a home page needs them. */
export const SERVICES = ["users", "orders", "recommendations", "catalog"] as const satisfies RoleName[];

/** The name of a domain service. */
export type ServiceName = (typeof SERVICES)[number];

/** One sample service, through its admin port. */
export class ServiceControl {
  readonly #client: Client;
  readonly #url: () => string;

  /** @param url the service's admin address, which a restart may change */
  constructor(client: Client, url: () => string) {
    this.#client = client;
    this.#url = url;
  }

  /** Makes it misbehave from now on; see the sample services' README. */
  async misbehave(switches: object): Promise<void> {
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

/** The services and BFFs as processes of their own, on free ports, with data of their own. */
export interface System extends AsyncDisposable {
  readonly stack: Stack;
  readonly databases: Databases;
  readonly services: { readonly [Name in ServiceName]: ServiceControl };
  readonly client: Client;
  readonly web: WebClient;
  /** A user about whom the web BFF has cached nothing. @throws RangeError when there are no more */
  newVisitor(): string;
  /** Ends all misbehaviour and starts the web BFF again, with empty caches. */
  restartWeb(): Promise<void>;
  /** Ends the misbehaviour of all services. */
  behave(): Promise<void>;
  /** Makes all services misbehave. */
  misbehave(switches: object): Promise<void>;
  /** Forgets what the services were asked so far. */
  forgetCalls(): Promise<void>;
  /** The web BFF's metrics, in Prometheus's text format. */
  metrics(): Promise<string>;
  /** The web BFF's log file. */
  readonly webLog: string;
}

/**
 * A user without orders, who gets the best sellers: no visitor of a test shares what is then
 * cached.
 */
const USER_TO_WARM_UP = "8";

/** Starts the services and the BFFs. The web BFF is one of them, and has answered a first page. */
export async function startSystem(bffs: readonly RoleName[] = ["web-bff"]): Promise<System> {
  // If one part cannot start, the parts that run are stopped.
  await using begun = new AsyncDisposableStack();
  const dataDir = await copiedData();
  begun.defer(() => rm(dataDir, { recursive: true, force: true }));
  const stack = await startStack({ ports: "free", roles: [...SERVICES, ...bffs], dataDir });
  begun.defer(() => stack.stop());
  const databases = begun.use(openDatabases(dataDir));
  const client = begun.use(new Client());
  const controlOf = (name: ServiceName) => new ServiceControl(client, () => stack.adminUrl(name));
  const services = {
    users: controlOf("users"),
    orders: controlOf("orders"),
    recommendations: controlOf("recommendations"),
    catalog: controlOf("catalog"),
  };
  const all = Object.values(services);
  const behave = async () => void (await Promise.all(all.map((service) => service.behave())));
  const web = begun.use(
    new WebClient(
      () => stack.url("web-bff"),
      (user) => stack.identity(user, "web-bff"),
    ),
  );
  await warmUp(web);
  let newVisitor = newVisitors(databases);
  const cleanUp = begun.move();
  return {
    stack,
    databases,
    services,
    client,
    web,
    behave,
    newVisitor: () => newVisitor(),
    webLog: join(stack.logDir, "web-bff.log"),
    async restartWeb() {
      await behave();
      await stack.restart("web-bff");
      newVisitor = newVisitors(databases);
      await warmUp(web);
    },
    misbehave: async (switches) =>
      void (await Promise.all(all.map((service) => service.misbehave(switches)))),
    forgetCalls: async () => void (await Promise.all(all.map((service) => service.forget()))),
    metrics: async () => (await client.ask(`${stack.adminUrl("web-bff")}/metrics`)).text,
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

/**
 * A process that has just started has to connect and to compile: its first pages may miss a
 * deadline.
 */
async function warmUp(web: WebClient): Promise<void> {
  await until("a first whole page", async () => {
    const { text } = await web.ask("/web/home-page", { user: USER_TO_WARM_UP });
    return text.endsWith('"degraded":[]}') ? true : undefined;
  });
}
