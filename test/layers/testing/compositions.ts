import { readFile } from "node:fs/promises";
import { after } from "node:test";
import { largeIn, ROOT, smallIn } from "@triptych/cli/stack";
import type { RoleName, Stack } from "@triptych/cli/stack";
import type { Answer, Asking } from "../../e2e/testing/client.ts";
import { until } from "../../e2e/testing/patience.ts";
import { startRunning } from "../../e2e/testing/running-stack.ts";

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
  { name: "the small composition", roles: smallIn(ROOT), gateway: "small" },
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
  const roleEnv = { users: required, orders: required, recommendations: required, catalog: required };
  const running = await startRunning({ root, roles, roleEnv });
  const { stack, client } = running;
  return {
    stack,
    ask: (path, asking, origin = stack.publicOrigin) => client.ask(`${origin}${path}`, asking),
    bearer: async (user) => ({ Authorization: `Bearer ${await running.token(user)}` }),
    async apiKey() {
      const { partnerKeyFile = "" } = stack;
      return { "X-API-Key": (await readFile(partnerKeyFile, "utf8")).trim() };
    },
    accessLines: async (requestId) =>
      until(`a log line about ${requestId}`, async () => {
        const lines = (await running.log(gateway))
          .split("\n")
          .filter((line) => line.includes(requestId) && line.includes('"msg":"request"'))
          .map((line): Record<string, unknown> => JSON.parse(line));
        return lines.length > 0 ? lines : undefined;
      }),
    metrics: () => running.metrics(gateway),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

const shared = new Map<Composition, Promise<Front>>();

/**
 * A composition that the test files of one process share: starting one takes ten seconds of CPU
 * time. What a test did to a user or an order stays, so each test names users of its own.
 */
export function sharedFront(composition: Composition): Promise<Front> {
  return shared.getOrInsertComputed(composition, startFront);
}

// This hook is registered at the import, outside of all suites: it runs after those of all files.
after(async () => {
  for (const front of shared.values()) await (await front)[Symbol.asyncDispose]();
});
