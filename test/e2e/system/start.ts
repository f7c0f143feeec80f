import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startStack } from "@triptych/cli/stack";
import type { RoleName, Stack } from "@triptych/cli/stack";
import { request } from "undici";
import { copiedData } from "../../domain-services/testing/pristine-data.ts";
import { openDatabases } from "../databases/open.ts";
import type { Databases } from "../databases/open.ts";
import { serviceControl } from "./service-control.ts";
import type { ServiceControl } from "./service-control.ts";
import { until } from "./until.ts";
import { webClient } from "./web-client.ts";
import type { WebClient } from "./web-client.ts";

/** The domain services, in the order in which a home page needs them. */
export const SERVICES = ["users", "orders", "recommendations", "catalog"] as const satisfies RoleName[];

export type ServiceName = (typeof SERVICES)[number];

/** The services and the web BFF as processes of their own, on free ports, with data of their own. */
export interface System {
  readonly stack: Stack;
  readonly databases: Databases;
  readonly services: { readonly [Name in ServiceName]: ServiceControl };
  readonly web: WebClient;
  /** Starts the web BFF anew: it remembers nothing. */
  restartWeb(): Promise<void>;
  /** Forgets what the services were asked so far. */
  forgetCalls(): Promise<void>;
  /** The web BFF's metrics, in Prometheus's text format. */
  metrics(): Promise<string>;
  /** The web BFF's log file. */
  readonly webLog: string;
  /** Ends the processes and removes the data. */
  stop(): Promise<void>;
}

/** Without an order, so recommended is what is popular: no test's own visitor shares what the web BFF then remembers. */
const USER_TO_WARM_UP = "8";

/** Starts all of it; the caller stops it. */
export async function startSystem(): Promise<System> {
  // What has begun is ended again if the rest cannot be started.
  await using begun = new AsyncDisposableStack();
  const dataDir = await copiedData();
  begun.defer(() => rm(dataDir, { recursive: true, force: true }));
  const stack = await startStack({ ports: "free", roles: [...SERVICES, "web-bff"], dataDir });
  begun.defer(() => stack.stop());
  const databases = begun.use(openDatabases(dataDir));
  const controlOf = (name: ServiceName): ServiceControl => {
    const control = serviceControl(() => stack.adminUrl(name));
    begun.defer(() => control.close());
    return control;
  };
  const services = {
    users: controlOf("users"),
    orders: controlOf("orders"),
    recommendations: controlOf("recommendations"),
    catalog: controlOf("catalog"),
  };
  const web = webClient(
    () => stack.url("web-bff"),
    (user) => stack.identity(user, "web-bff"),
  );
  begun.defer(() => web.close());
  await warmUp(web);
  const cleanUp = begun.move();
  return {
    stack,
    databases,
    services,
    web,
    webLog: join(stack.logDir, "web-bff.log"),
    async restartWeb() {
      await Promise.all(SERVICES.map((name) => services[name].behave()));
      await stack.restart("web-bff");
      await warmUp(web);
    },
    async metrics() {
      const { body } = await request(`${stack.adminUrl("web-bff")}/metrics`, { reset: true });
      return body.text();
    },
    async forgetCalls() {
      await Promise.all(SERVICES.map((name) => services[name].forget()));
    },
    stop: () => cleanUp.disposeAsync(),
  };
}

/** A first page is slow, since all connections and all compiled code are still to come: on a busy machine too slow to be whole. */
async function warmUp(web: WebClient): Promise<void> {
  await until("a first whole page", async () => {
    const { text } = await web.ask("/web/home-page", { user: USER_TO_WARM_UP });
    return text.endsWith('"degraded":[]}') ? true : undefined;
  });
}
