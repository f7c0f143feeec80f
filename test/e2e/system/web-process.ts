import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { createMinter } from "@triptych/identity";
import { memberOf } from "../../domain-services/testing/json.ts";
import type { System } from "./start.ts";
import { webClient } from "./web-client.ts";
import type { WebClient } from "./web-client.ts";

const MAIN = join(import.meta.dirname, "../../../apps/web-bff/src/main.ts");

/** A web BFF of a test's own, whose signals and exit code are the test's to send and see. Disposing of it kills it. */
export interface WebProcess extends AsyncDisposable {
  readonly web: WebClient;
  readonly adminUrl: string;
  signal(name: NodeJS.Signals): void;
  /** The lines of its log so far, as JSON values. */
  readonly log: readonly unknown[];
  /** How it ended, once all that it said is there. */
  readonly ended: Promise<{ readonly code: unknown; readonly signal: unknown; readonly stderr: string }>;
}

/** Starts one more web BFF in front of a system's services. */
export async function startWebProcess({ stack }: System): Promise<WebProcess> {
  const secret = randomBytes(32);
  const env = {
    PORT: "0",
    ADMIN_PORT: "0",
    HOST: "127.0.0.1",
    USERS_URL: stack.url("users"),
    ORDERS_URL: stack.url("orders"),
    RECOMMENDATIONS_URL: stack.url("recommendations"),
    CATALOG_URL: stack.url("catalog"),
    IDENTITY_KEYS: `test:${secret.toString("base64url")}`,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
  const stderr = text(child.stderr);
  const ended = once(child, "close").then(async ([code, signal]: unknown[]) => ({
    code,
    signal,
    stderr: await stderr,
  }));
  const log: unknown[] = [];
  const ready = new Promise<unknown>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const entry: unknown = JSON.parse(line);
      log.push(entry);
      if (memberOf(entry, "msg") === "ready") resolve(entry);
    });
    void ended.then((how) => reject(new Error(`it ended before it was ready: ${JSON.stringify(how)}`)));
  });
  const addressOf = (entry: unknown, port: "port" | "adminPort"): string =>
    `http://127.0.0.1:${String(memberOf(entry, port))}`;
  const said = await ready;
  const minter = createMinter({ kid: "test", secret });
  const web = webClient(
    () => addressOf(said, "port"),
    (user) => minter.mint({ userId: user, audience: "web-bff", requestId: randomUUID() }),
  );
  return {
    web,
    adminUrl: addressOf(said, "adminPort"),
    signal: (name) => void child.kill(name),
    log,
    ended,
    async [Symbol.asyncDispose]() {
      await web.close();
      child.kill("SIGKILL");
      await ended;
    },
  };
}
