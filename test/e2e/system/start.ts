import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startStack } from "@triptych/scripts/stack";
import type { RoleName, Stack } from "@triptych/scripts/stack";
import { request } from "undici";
import { copiedData } from "../../domain-services/testing/pristine-data.ts";
import { openDatabases } from "../databases/open.ts";
import type { Databases } from "../databases/open.ts";
import { serviceControl } from "./service-control.ts";
import type { ServiceControl } from "./service-control.ts";
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
  /** Forgets what the services were asked so far. */
  forgetCalls(): Promise<void>;
  /** The web BFF's metrics, in Prometheus's text format. */
  metrics(): Promise<string>;
  /** The web BFF's log file. */
  readonly webLog: string;
  /** Ends the processes and removes the data. */
  stop(): Promise<void>;
}

/** Starts all of it; the caller stops it. */
export async function startSystem(): Promise<System> {
  const dataDir = await copiedData();
  const removeData = () => rm(dataDir, { recursive: true, force: true });
  let stack: Stack;
  try {
    stack = await startStack({ ports: "free", roles: [...SERVICES, "web-bff"], dataDir });
  } catch (error) {
    await removeData();
    throw error;
  }
  const databases = openDatabases(dataDir);
  const controlOf = (name: ServiceName): ServiceControl => serviceControl(() => stack.adminUrl(name));
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
  return {
    stack,
    databases,
    services,
    web,
    async metrics() {
      const { body } = await request(`${stack.adminUrl("web-bff")}/metrics`, { reset: true });
      return body.text();
    },
    webLog: join(stack.logDir, "web-bff.log"),
    async forgetCalls() {
      await Promise.all(SERVICES.map((name) => services[name].forget()));
    },
    async stop() {
      databases[Symbol.dispose]();
      await Promise.all([web.close(), ...SERVICES.map((name) => services[name].close())]);
      await stack.stop();
      await removeData();
    },
  };
}
