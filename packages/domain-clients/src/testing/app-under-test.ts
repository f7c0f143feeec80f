import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { TestContext } from "node:test";
import { createLogger, createMetrics } from "@triptych/service-kit";
import type { Logger, Metrics } from "@triptych/service-kit";
import { FakeClock, RETRY_PAUSE_MS, serveApp, TEST_KEY } from "@triptych/testing";
import type { AppUnderTest as Served } from "@triptych/testing";
import { EndedCalls } from "./ended-calls.ts";
import { startStubServices } from "./stub-services.ts";
import type { StubServices } from "./stub-services.ts";

type Environment = Readonly<Record<string, string>>;

/** A BFF on a real port, in front of stub services. */
export type AppUnderTest = Pick<Served, "ask" | "identity"> & {
  readonly services: StubServices;
  readonly clock: FakeClock;
  readonly endedCalls: EndedCalls;
  /** Log lines of bugs: no request may ever cause one. */
  readonly bugs: readonly string[];
};

/**
 * Starts a BFF for tests; requests are signed for the stubs' user `ada` unless they say otherwise.
 *
 * @param audience the BFF's name
 * @param create makes the app from its environment and the tools that a test watches
 */
export function appUnderTest(
  audience: string,
  create: (
    env: Environment,
    tools: { readonly logger: Logger; readonly metrics: Metrics; readonly clock: FakeClock },
  ) => Promise<{ readonly app: RequestListener; readonly close: () => Promise<void> }>,
) {
  /** For tests that can share one app. */
  async function openApp(
    env: Environment = {},
  ): Promise<AppUnderTest & { readonly close: () => Promise<void> }> {
    // An app that cannot start leaves nothing open: the test fails at once.
    await using begun = new AsyncDisposableStack();
    const services = await startStubServices();
    begun.defer(() => services.close());
    const clock = new FakeClock({ shortWaitMs: RETRY_PAUSE_MS });
    const endedCalls = new EndedCalls();
    const bugs: string[] = [];
    const destination = { write: (line: string) => void bugs.push(line) };
    const logger = createLogger({ name: "test", level: "error", destination });
    const measured = createMetrics({ name: "test", processMetrics: false });
    const upstreams = { ...measured.upstreams, attempt: () => endedCalls.add() };
    const addresses = {
      USERS_URL: services.users.origin,
      ORDERS_URL: services.orders.origin,
      RECOMMENDATIONS_URL: services.recommendations.origin,
      CATALOG_URL: services.catalog.origin,
      IDENTITY_KEYS: `${TEST_KEY.kid}:${Buffer.from(TEST_KEY.secret).toString("base64url")}`,
    };
    const made = await create(
      { ...addresses, NODE_ENV: "production", ...env },
      { logger, metrics: { ...measured, upstreams }, clock },
    );
    begun.defer(() => made.close());
    const served = begun.use(await serveApp(made.app, { audience, clock, user: "ada" }));
    const open = begun.move();
    return { ...served, services, clock, endedCalls, bugs, close: () => open.disposeAsync() };
  }

  /** Closed when the test ends, which fails if a bug was logged. */
  async function startApp(t: TestContext, env: Environment = {}): Promise<AppUnderTest> {
    const app = await openApp(env);
    t.after(async () => {
      await app.close();
      assert.deepEqual(app.bugs, [], "no request may cause a bug");
    });
    return app;
  }
  return { openApp, startApp };
}
