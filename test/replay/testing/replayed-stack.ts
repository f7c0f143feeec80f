import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { planServices, startStack } from "@triptych/cli/stack";
import type { RoleName, Stack, StackOptions } from "@triptych/cli/stack";
import { Client } from "../../e2e/testing/client.ts";
import type { Answer, Asking } from "../../e2e/testing/client.ts";
import { unlessHeldUp } from "../../e2e/testing/patience.ts";

/** A stack in which recordings answer for some services, and a client of it. */
export interface ReplayedStack extends AsyncDisposable {
  readonly stack: Stack;
  /** Asks at any address. */
  ask(url: string, asking?: Asking): Promise<Answer>;
  /** A BFF's answer to a user, whatever it is. */
  once(bff: RoleName, path: string, user: string, asking?: Asking): Promise<Answer>;
  /** The same, but asked again if a busy machine made a part of it late. */
  screen(bff: RoleName, path: string, user: string, asking?: Asking): Promise<Answer>;
  /** What a process has printed so far. */
  log(role: RoleName): Promise<string>;
}

/** The key that recorded ids are made with. In tests it need not be secret. */
const KEY = "the key of the tests' recordings, which is no secret";

/** Starts a stack as `npm run dev -- <args>` would, on free ports. */
export async function startReplayed(
  args: readonly string[],
  { roles, env = {}, dataDir }: { roles: RoleName[]; env?: NodeJS.ProcessEnv; dataDir?: string },
): Promise<ReplayedStack> {
  const { standIns, roleEnv } = planServices(args, () => KEY);
  const options: StackOptions = { ports: "free", roles, standIns, roleEnv, env };
  const stack = await startStack(dataDir === undefined ? options : { ...options, dataDir });
  const client = new Client();
  const ask: ReplayedStack["ask"] = (url, asking = {}) =>
    client.ask(url, { ...asking, headers: { accept: "application/json", ...asking.headers } });
  const once: ReplayedStack["once"] = (bff, path, user, asking = {}) => {
    const headers = { ...asking.headers, "x-identity": stack.identity(user, bff) };
    return ask(`${stack.url(bff)}${path}`, { ...asking, headers });
  };
  return {
    stack,
    ask,
    once,
    screen: (bff, path, user, asking) => unlessHeldUp(() => once(bff, path, user, asking)),
    log: (role) => readFile(join(stack.logDir, `${role}.log`), "utf8"),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await stack.stop();
    },
  };
}
