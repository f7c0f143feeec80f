import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { cpuTimeNs, whyNotMeasurable } from "../measure/cpu-time.ts";
import { endWithThis } from "./end-with-this.ts";
import { pinned } from "./pin.ts";

export type ProgramOptions = {
  readonly name: string;
  /** What Node runs: the program's path, and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its standard output goes: to a file, as a platform's log collector would have it. */
  readonly logFile: string;
  /** Undefined: any. */
  readonly core: number | undefined;
};

/** How long a program may take until it listens, ms; the machine may be busy. */
const START_MS = 60_000;
/** And to end, ms. */
const END_MS = 15_000;

/** A program that is measured, in a process of its own. It tells its port in a first line of JSON. */
export class Program {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** 0 where it has none. */
  readonly adminPort: number;
  /** From the start of the process until it listened, ms; undefined where it does not say. */
  readonly readyMs: number | undefined;
  /** The CPU time that it took until then, ms; what else the machine does adds little to it. NaN where the kernel keeps no account. */
  readonly readyCpuMs: number;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess, said: FirstLine) {
    this.name = name;
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.port = said.port;
    this.adminPort = said.adminPort ?? 0;
    this.readyMs = said.readyMs;
    this.readyCpuMs = whyNotMeasurable() === undefined ? cpuTimeNs(this.pid) / 1e6 : Number.NaN;
  }

  /** Whether it has ended, of itself or not. */
  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** @throws Error when the program ends or stays silent instead of listening */
  static async start(options: ProgramOptions): Promise<Program> {
    const { name, command, env, logFile, core } = options;
    const log = openSync(logFile, "w");
    const [program, args] = pinned(core, [process.execPath, ...command]);
    const child = spawn(program, args, {
      env: { PORT: "0", ADMIN_PORT: "0", HOST: "127.0.0.1", ...env },
      stdio: ["ignore", log, "inherit"],
    });
    closeSync(log);
    endWithThis(child);
    try {
      const said = await firstLineOf(child, logFile, name);
      return new Program(name, child, said);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Lets it end as a platform does: only then does Node keep what V8 compiled. */
  async end(): Promise<void> {
    if (this.ended) return;
    this.#child.kill("SIGTERM");
    await Promise.race([once(this.#child, "exit"), wait(END_MS)]);
    await this.stop();
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}

type FirstLine = { readonly port: number; readonly adminPort?: number; readonly readyMs?: number };

async function firstLineOf(child: ChildProcess, logFile: string, name: string): Promise<FirstLine> {
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += 20) {
    const how = child.exitCode ?? child.signalCode;
    if (how !== null) throw new Error(`${name} ended with ${how} before it listened`);
    const text = readFileSync(logFile, "utf8");
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      const said = readLine(line);
      if (said !== undefined) return said;
    }
    await wait(20);
  }
  throw new Error(`${name} did not say within ${START_MS / 1_000} s where it listens`);
}

/** Undefined for a line that tells no port: frameworks greet first. */
function readLine(line: string): FirstLine | undefined {
  if (!line.startsWith("{")) return undefined;
  const said: unknown = JSON.parse(line);
  return isFirstLine(said) ? said : undefined;
}

function isFirstLine(said: unknown): said is FirstLine {
  return typeof said === "object" && said !== null && "port" in said && typeof said.port === "number";
}
