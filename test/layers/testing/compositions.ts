import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after } from "node:test";
import { largeIn, ROOT, SMALL, startStack } from "@triptych/cli/stack";
import type { RoleName, Stack } from "@triptych/cli/stack";
import { textAt } from "../../domain-services/testing/json.ts";
import { copiedData } from "../../domain-services/testing/pristine-data.ts";
import { Client } from "../../e2e/testing/client.ts";
import type { Answer, Asking } from "../../e2e/testing/client.ts";
import { until } from "../../e2e/testing/patience.ts";

/** A way to put the same programs together. A client must not notice which one it is. */
export interface Composition {
  readonly name: string;
  readonly roles: readonly RoleName[];
  /** The process in which the gateway runs. */
  readonly gateway: RoleName;
  /** Default: this repository. */
  readonly root?: string;
}

/** Each layer as its own process, and all of them as one. */
export const COMPOSITIONS: readonly Composition[] = [
  { name: "the large composition", roles: largeIn(ROOT), gateway: "gateway" },
  { name: "the small composition", roles: SMALL, gateway: "small" },
];

/** A composition that runs, and a client of it. */
export interface Front extends AsyncDisposable {
  readonly stack: Stack;
  /** Asks at the public address, or at another one. */
  ask(path: string, asking?: Asking, origin?: string): Promise<Answer>;
  /** `Authorization` of a user's token from the identity provider. */
  bearer(user: string): Promise<{ Authorization: string }>;
  apiKey(): Promise<{ "X-API-Key": string }>;
  /** The lines about a request in the log of the gateway's process. Waits for the first one. */
  accessLines(requestId: string): Promise<readonly Record<string, unknown>[]>;
  /** What the gateway's process has measured so far. */
  metrics(): Promise<string>;
}

/** Starts a composition whose services refuse requests without a transaction token. */
export async function startFront({ roles, gateway, root = ROOT }: Composition): Promise<Front> {
  const required = { TXN_TOKEN: "required" };
  // If one part cannot start, the parts that run are stopped.
  await using begun = new AsyncDisposableStack();
  const dataDir = await copiedData();
  begun.defer(() => rm(dataDir, { recursive: true, force: true }));
  const stack = await startStack({
    root,
    ports: "free",
    roles,
    roleEnv: { users: required, orders: required, recommendations: required, catalog: required },
    dataDir,
  });
  begun.defer(() => stack.stop());
  const client = begun.use(new Client());
  const cleanUp = begun.move();
  return {
    stack,
    ask: (path, asking, origin = stack.publicOrigin) => client.ask(`${origin}${path}`, asking),
    bearer: (user) => bearerOf(client, stack.url("identity-provider"), user),
    async apiKey() {
      const { partnerKeyFile = "" } = stack;
      return { "X-API-Key": (await readFile(partnerKeyFile, "utf8")).trim() };
    },
    accessLines: async (requestId) =>
      until(`a log line about ${requestId}`, async () => {
        const text = await readFile(join(stack.logDir, `${gateway}.log`), "utf8");
        const lines = text
          .split("\n")
          .filter((line) => line.includes(requestId) && line.includes('"msg":"request"'))
          .map((line): Record<string, unknown> => JSON.parse(line));
        return lines.length > 0 ? lines : undefined;
      }),
    metrics: async () => (await client.ask(`${stack.adminUrl(gateway)}/metrics`)).text,
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

/**
 * `Authorization` of a user, from a development identity provider.
 *
 * @throws TypeError without a token
 */
async function bearerOf(client: Client, issuer: string, user: string): Promise<{ Authorization: string }> {
  const { text } = await client.ask(`${issuer}/development-token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: `user=${user}`,
  });
  return { Authorization: `Bearer ${textAt(JSON.parse(text), "access_token")}` };
}

const shared = new Map<Composition, Promise<Front>>();

/**
 * A composition that the test files of one process share: starting one takes ten seconds of CPU
 * time. What a test did to a user or an order stays, so each test names users of its own.
 */
export function sharedFront(composition: Composition): Promise<Front> {
  const front = shared.get(composition) ?? startFront(composition);
  shared.set(composition, front);
  return front;
}

// This hook is registered at the import, outside of all suites: it runs after those of all files.
after(async () => {
  for (const front of shared.values()) await (await front)[Symbol.asyncDispose]();
});
