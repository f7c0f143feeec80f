import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why a test with Redis is skipped; undefined where it can run. */
export const NO_REDIS =
  spawnSync("redis-server", ["--version"]).status === 0
    ? undefined
    : "redis-server is not installed (apt-get install redis-server)";

/** A real Redis on a free port, without persistence, that a test can stop, freeze and start again. */
export async function runRedis() {
  const dir = await mkdtemp(join(tmpdir(), "gateway-redis-"));
  const port = await freePort();
  let child = await start(port, dir);
  return {
    url: `redis://127.0.0.1:${port}`,
    /** Answers nothing any more, with its connections open. */
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async stop() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    async restart() {
      child = await start(port, dir);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function start(port: number, dir: string) {
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", dir],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  child.stdout.setEncoding("utf8");
  let said = "";
  while (!said.includes("Ready to accept connections")) {
    const [text]: unknown[] = await once(child.stdout, "data");
    said += String(text);
  }
  child.stdout.resume();
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
