import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./free-ports.ts";

/** Why tests with Redis are skipped here, or false where they run: the `skip` of a test. */
export function skipWithoutRedis(): string | false {
  const { status } = spawnSync("redis-server", ["--version"]);
  return status === 0 ? false : "redis-server is not installed (apt-get install redis-server)";
}

const RUNNING = new Set<ChildProcess>();
// A process that is ended by its time limit disposes of nothing.
process.on("exit", () => {
  for (const redis of RUNNING) redis.kill("SIGKILL");
});

/**
 * A real Redis on a free port that a test can freeze, stop and start again; its data survives a
 * restart and goes with the test. The test that starts it disposes of it.
 */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #dir: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, dir: string) {
    this.port = port;
    this.#dir = dir;
  }

  static async start(): Promise<RedisServer> {
    const [port = 0] = await freePorts(1);
    const redis = new RedisServer(port, await mkdtemp(join(tmpdir(), "redis-")));
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** @throws Error when it ends before it is ready */
  async start(): Promise<void> {
    const listening = ["--port", String(this.port), "--bind", "127.0.0.1"];
    // Without fsync, for which Redis may put off a write by two seconds: a crash would lose it.
    const data = ["--save", "", "--appendonly", "yes", "--appendfsync", "no", "--dir", this.#dir];
    const child = spawn("redis-server", [...listening, ...data], { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    RUNNING.add(child);
    child.once("exit", () => RUNNING.delete(child));
    for await (const text of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      if (!String(text).includes("Ready to accept connections")) continue;
      child.stdout.resume();
      return;
    }
    throw new Error(`redis-server ended before it was ready: is port ${this.port} taken?`);
  }

  /** Keeps its connections open and answers nothing. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** Goes on where it was frozen. */
  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Ends it as a crash does. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}
