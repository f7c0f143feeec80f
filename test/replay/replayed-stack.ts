import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { planServices, startStack } from "@triptych/cli/stack";
import type { RoleName, Stack, StackOptions } from "@triptych/cli/stack";
import { Agent, request } from "undici";
import { unlessHeldUp } from "../e2e/system/held-up.ts";

export interface Reply {
  readonly status: number;
  readonly text: string;
}

export interface Asked {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface ReplayedStack extends AsyncDisposable {
  readonly stack: Stack;
  /** Any address. */
  ask(url: string, asked?: Asked): Promise<Reply>;
  /** A BFF's answer to a user, whatever it is. */
  once(bff: RoleName, path: string, user: string, asked?: Asked): Promise<Reply>;
  /** The same, asked again where a busy machine made a part of it late. */
  screen(bff: RoleName, path: string, user: string, asked?: Asked): Promise<Reply>;
  /** What a process has printed so far. */
  log(role: RoleName): Promise<string>;
}

/** Makes ids in tests, where nobody has to be kept from guessing them. */
const KEY = "the key of the tests' recordings, which is no secret";

/** The stack as `npm run dev -- <args>` would start it, on free ports; the caller stops it. */
export async function startReplayed(
  args: readonly string[],
  { roles, env = {}, dataDir }: { roles: RoleName[]; env?: NodeJS.ProcessEnv; dataDir?: string },
): Promise<ReplayedStack> {
  const { standIns, roleEnv } = planServices(args, () => KEY);
  const options: StackOptions = { ports: "free", roles, standIns, roleEnv, env };
  const stack = await startStack(dataDir === undefined ? options : { ...options, dataDir });
  const dispatcher = new Agent();
  const ask = async (url: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Reply> => {
    const answer = await request(url, {
      dispatcher,
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  const once: ReplayedStack["once"] = async (bff, path, user, asked = {}) =>
    ask(`${stack.url(bff)}${path}`, {
      ...asked,
      headers: { ...asked.headers, "x-identity": stack.identity(user, bff) },
    });
  return {
    stack,
    ask,
    once,
    screen: async (bff, path, user, asked) =>
      unlessHeldUp(async () => ({ ...(await once(bff, path, user, asked)), headers: {}, trailers: {} })),
    log: async (role) => readFile(join(stack.logDir, `${role}.log`), "utf8"),
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
      await stack.stop();
    },
  };
}
