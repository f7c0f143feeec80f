import { once } from "node:events";
import { createServer } from "node:http";
import type { TestContext } from "node:test";
import { DeadlineClock, EndedCalls, startStubServices } from "@triptych/domain-clients/testing";
import type { StubServices } from "@triptych/domain-clients/testing";
import { createLogger, createMetrics } from "@triptych/service-kit";
import type { Router } from "express";
import { Pool } from "undici";
import { createApp } from "../app.ts";
import { connectUpstreams } from "../upstreams.ts";
import { asker } from "./ask.ts";

const KEY = { kid: "test", secret: Buffer.alloc(32, 7) };

/** The whole app on a real port, in front of stub services. */
export type AppUnderTest = {
  readonly ask: ReturnType<typeof asker>;
  readonly services: StubServices;
  readonly clock: DeadlineClock;
  readonly endedCalls: EndedCalls;
  /** Log lines of bugs: no request may ever cause one. */
  readonly bugs: readonly string[];
};

/** All of it is closed when the test ends. */
export async function startApp(
  t: TestContext,
  extra: { readonly docs?: Router } = {},
): Promise<AppUnderTest> {
  const app = await openApp(extra);
  t.after(() => app.close());
  return app;
}

/** For tests that can share one. */
export async function openApp(
  extra: { readonly docs?: Router } = {},
): Promise<AppUnderTest & { readonly close: () => Promise<void> }> {
  const services = await startStubServices();
  const clock = new DeadlineClock();
  const endedCalls = new EndedCalls();
  const bugs: string[] = [];
  const destination = { write: (line: string) => void bugs.push(line) };
  const logger = createLogger({ name: "test", level: "error", destination });
  const measured = createMetrics({ name: "test", processMetrics: false });
  const metrics = { ...measured, upstreams: { ...measured.upstreams, attempt: () => endedCalls.add() } };
  const addresses = {
    USERS_URL: [services.users.url],
    ORDERS_URL: [services.orders.url],
    RECOMMENDATIONS_URL: [services.recommendations.url],
    CATALOG_URL: [services.catalog.url],
    REDIS_URL: undefined,
  };
  const upstreams = connectUpstreams(addresses, metrics, clock);
  const app = createApp({
    identityKeys: [KEY],
    clients: upstreams.clients,
    logger,
    metrics,
    clock,
    ...extra,
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the app has no port");
  const pool = new Pool(`http://127.0.0.1:${address.port}`);
  const close = async () => {
    await pool.destroy();
    server.close();
    server.closeAllConnections();
    await upstreams.close();
    await services.close();
  };
  return { ask: asker(pool, KEY, "mobile-bff"), services, clock, endedCalls, bugs, close };
}
