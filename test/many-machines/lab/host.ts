import { spawn } from "node:child_process";
import type { ChildProcess, Serializable } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ip } from "./ip.ts";

/** How many lines of a program are kept, to show if it fails. */
const LINES_KEPT = 2_000;

/** Where Debian has its programs: namespaces are Linux's. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A program that runs on a host. */
export class Program {
  readonly lines: string[] = [];
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly #name: string;
  #waiting: (() => void)[] = [];
  #running = true;

  constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.child = child;
    this.exited = once(child, "exit").finally(() => {
      this.#running = false;
      this.#wake();
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        if (this.lines.push(line) > LINES_KEPT) this.lines.shift();
        this.#wake();
      });
    }
  }

  /** Waits until it has said something. @throws Error where it ends before, with what it said */
  async said(text: string): Promise<void> {
    while (!this.lines.some((line) => line.includes(text))) {
      if (!this.#running) throw new Error(`${this.#name} has ended. It said:\n${this.lines.join("\n")}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.exited;
  }

  send(message: Serializable): void {
    this.child.send(message);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** A machine: an address on the network, and the programs that run there. */
export class Host {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly #programs = new Set<Program>();

  constructor({ name, namespace, address }: Pick<Host, "name" | "namespace" | "address">) {
    this.name = name;
    this.namespace = namespace;
    this.address = address;
  }

  /** Starts a program, which ends with this process whatever becomes of it. */
  start(
    command: string,
    args: readonly string[],
    { env = {}, ipc = false }: { readonly env?: NodeJS.ProcessEnv; readonly ipc?: boolean } = {},
  ): Program {
    const line = ["netns", "exec", this.namespace, "setpriv", "--pdeathsig", "KILL", "--", command, ...args];
    const child = spawn("ip", line, {
      stdio: ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])],
      env: { PATH, ...env },
    });
    const program = new Program(`${command} on ${this.name}`, child);
    this.#programs.add(program);
    void program.exited.then(() => this.#programs.delete(program));
    return program;
  }

  /** The power fails: first the link, so that nobody is told of it, not even by a reset, then all programs. */
  async die(): Promise<void> {
    await ip("-n", this.namespace, "link", "set", "eth0", "down");
    await this.killAll();
  }

  /** The power is back; nothing runs yet. */
  async revive(): Promise<void> {
    await ip("-n", this.namespace, "link", "set", "eth0", "up");
  }

  async killAll(): Promise<void> {
    await Promise.all([...this.#programs].map(async (program) => program.stop("SIGKILL")));
  }
}
