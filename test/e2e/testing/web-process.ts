import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { ROOT } from "@triptych/cli/stack";
import { createMinter } from "@triptych/identity";
import { Program, freePorts } from "@triptych/testing";
import { Client, WebClient } from "./client.ts";
import type { ServiceName } from "./running-stack.ts";

/** A web BFF as it ships, in a process of the test's own, in front of any services. */
export interface WebProcess extends AsyncDisposable {
  readonly web: WebClient;
  readonly program: Program;
  /** Asks at its admin port. */
  admin(path: "/readyz" | "/metrics"): Promise<{ readonly status: number; readonly text: string }>;
}

/** Starts a web BFF and waits until it is ready. @param env settings besides addresses and keys */
export async function startWebProcess(
  services: Readonly<Record<ServiceName, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<WebProcess> {
  await using begun = new AsyncDisposableStack();
  const secret = randomBytes(32);
  const [port = 0, adminPort = 0] = await freePorts(2);
  const program = begun.use(
    new Program(process.execPath, [join(ROOT, "apps/web-bff/src/main.ts")], {
      env: {
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        HOST: "127.0.0.1",
        USERS_URL: services.users,
        ORDERS_URL: services.orders,
        RECOMMENDATIONS_URL: services.recommendations,
        CATALOG_URL: services.catalog,
        IDENTITY_KEYS: `test:${secret.toString("base64url")}`,
        ...env,
      },
    }),
  );
  const client = begun.use(new Client());
  // A connection of its own: one that is kept would be reset when the process drains.
  const headers = { connection: "close" };
  const admin: WebProcess["admin"] = (path) =>
    client.ask(`http://127.0.0.1:${adminPort}${path}`, { headers });
  const minter = createMinter({ kid: "test", secret });
  const web = begun.use(
    new WebClient(
      () => `http://127.0.0.1:${port}`,
      (userId) => minter.mint({ userId, audience: "web-bff", requestId: randomUUID() }),
    ),
  );
  await program.until(async () => {
    try {
      return (await admin("/readyz")).status === 200;
    } catch {
      // It does not listen yet.
      return false;
    }
  });
  const cleanUp = begun.move();
  return { web, program, admin, [Symbol.asyncDispose]: () => cleanUp.disposeAsync() };
}
