import type { TestContext } from "node:test";
import { createApp } from "@triptych/bff";
import { EndedCalls, startStubServices } from "@triptych/domain-clients/testing";
import type { StubServices } from "@triptych/domain-clients/testing";
import { createLogger, createMetrics, readSettings } from "@triptych/service-kit";
import { FakeClock, RETRY_PAUSE_MS, serveApp, TEST_KEY } from "@triptych/testing";
import type { AppUnderTest as Served } from "@triptych/testing";
import { bff } from "../app.ts";

/** The whole app on a real port, in front of stub services. */
export type AppUnderTest = Pick<Served, "ask" | "identity"> & {
  readonly services: StubServices;
  readonly clock: FakeClock;
  readonly endedCalls: EndedCalls;
  /** Log lines of bugs: no request may ever cause one. */
  readonly bugs: readonly string[];
};

/** All of it is closed when the test ends. */
export async function startApp(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
): Promise<AppUnderTest> {
  const app = await openApp(env);
  t.after(() => app.close());
  return app;
}

/** For tests that can share one. */
// sample:begin
export async function openApp(
  // sample:else
  // async function openApp(
  // sample:end
  env: Readonly<Record<string, string>> = {},
): Promise<AppUnderTest & { readonly close: () => Promise<void> }> {
  const services = await startStubServices();
  const clock = new FakeClock({ shortWaitMs: RETRY_PAUSE_MS });
  const endedCalls = new EndedCalls();
  const bugs: string[] = [];
  const destination = { write: (line: string) => void bugs.push(line) };
  const logger = createLogger({ name: "test", level: "error", destination });
  const measured = createMetrics({ name: "test", processMetrics: false });
  const metrics = { ...measured, upstreams: { ...measured.upstreams, attempt: () => endedCalls.add() } };
  const settings = readSettings(
    {
      USERS_URL: services.users.url,
      ORDERS_URL: services.orders.url,
      RECOMMENDATIONS_URL: services.recommendations.url,
      CATALOG_URL: services.catalog.url,
      IDENTITY_KEYS: `${TEST_KEY.kid}:${Buffer.from(TEST_KEY.secret).toString("base64url")}`,
      NODE_ENV: "production",
      ...env,
    },
    bff.settings,
  );
  const { app, close: closeApp } = await createApp(bff, settings, { logger, metrics, clock });
  const served = await serveApp(app, { audience: bff.name, clock, user: "ada" });
  const close = async () => {
    await served.close();
    await closeApp();
    await services.close();
  };
  return { ...served, services, clock, endedCalls, bugs, close };
}
