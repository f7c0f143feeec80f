import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { largeIn, ROOT, SMALL, startStack } from "@triptych/cli/stack";
import type { RoleName, Stack } from "@triptych/cli/stack";
import { Agent, request } from "undici";
import { copiedData } from "../domain-services/testing/pristine-data.ts";
import { until } from "../e2e/system/until.ts";

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

/** An answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What is asked, besides the path. */
export interface Asking {
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

/** A composition that runs, and a client of it. */
export interface Front extends AsyncDisposable {
  readonly stack: Stack;
  /** Asks at the public address, or at another one. */
  ask(path: string, asking?: Asking, origin?: string): Promise<Reply>;
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
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  async function ask(
    path: string,
    { method = "GET", headers = {}, body }: Asking = {},
    origin = stack.publicOrigin,
  ): Promise<Reply> {
    const answer = await request(`${origin}${path}`, {
      method,
      headers: { ...headers },
      body: body ?? null,
      dispatcher: agent,
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  }
  begun.defer(() => agent.destroy());
  const cleanUp = begun.move();
  return {
    stack,
    ask,
    async bearer(user) {
      const { text } = await ask(
        "/development-token",
        {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          body: `user=${user}`,
        },
        stack.url("identity-provider"),
      );
      const { access_token: token }: Record<string, unknown> = JSON.parse(text);
      assert.ok(typeof token === "string", text);
      return { Authorization: `Bearer ${token}` };
    },
    async apiKey() {
      assert.ok(stack.partnerKeyFile);
      return { "X-API-Key": (await readFile(stack.partnerKeyFile, "utf8")).trim() };
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
    metrics: async () => (await ask("/metrics", {}, stack.adminUrl(gateway))).text,
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}
