import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { cpuTimeNs, whyNotMeasurable } from "../measure/cpu-time.ts";

/** What a process holds, in bytes. */
export type Memory = {
  /** On V8's heap and beside it, in buffers. */
  readonly heldBytes: number;
  /** Of the machine's memory. */
  readonly rssBytes: number;
};

const PROBE = join(import.meta.dirname, "../measure/probe.ts");
/** How long a program may take until it listens, and to end, in ms. The machine may be busy. */
const START_MS = 60_000;
const END_MS = 15_000;

/**
 * A measured program, in a process of its own. It says its port in a line of JSON on standard
 * output.
 */
export class Program {
  readonly pid: number;
  readonly origin: string;
  /** 0 for a program without one. */
  readonly adminPort: number;
  /**
   * From the start of the process until it listened, in ms. NaN for a program that does not say.
   */
  readonly readyMs: number;
  /** The CPU time that it used until then, in ms. The machine's other work hardly changes it. */
  readonly readyCpuMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, said: FirstLine) {
    this.pid = child.pid ?? 0;
    this.origin = `http://127.0.0.1:${said.port}`;
    this.adminPort = said.adminPort ?? 0;
    this.readyMs = said.readyMs ?? Number.NaN;
    this.readyCpuMs = whyNotMeasurable() === undefined ? cpuTimeNs(this.pid) / 1e6 : Number.NaN;
    this.#child = child;
  }

  /**
   * Starts a program and waits until it listens.
   * @param options.command Node's arguments: its options, the program's path, the program's
   * arguments
   * @param options.logFile gets its standard output, as with a platform's log collector
   * @param options.core the only core that it may use; undefined: all
   * @param options.probed whether `measure/probe.ts` is loaded before it
   * @throws Error when the program ends instead, or says nothing for a minute
   */
  static async start(options: {
    readonly name: string;
    readonly command: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly logFile: string;
    readonly core: number | undefined;
    readonly probed: boolean;
  }): Promise<Program> {
    const { name, command, env, logFile, core, probed } = options;
    const log = openSync(logFile, "w");
    // taskset becomes the program, so the process is the same.
    const pinned = core === undefined ? [] : ["taskset", "--cpu-list", String(core)];
    const probe = probed ? ["--expose-gc", "--import", PROBE] : [];
    const [file = "", ...args] = [...pinned, process.execPath, ...probe, ...command];
    const child = spawn(file, args, {
      env: { PORT: "0", ADMIN_PORT: "0", HOST: "127.0.0.1", ...env },
      stdio: ["ignore", log, "inherit", ...(probed ? ["ipc" as const] : [])],
    });
    closeSync(log);
    endWithThisProcess(child);
    try {
      return new Program(child, await firstLineOf(child, logFile, name));
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /**
   * What the program holds of the memory, by its probe. For a program that was started with one.
   * @param when `live`: after a garbage collection; `now`: as it is
   */
  async memory(when: "live" | "now"): Promise<Memory> {
    this.#child.send(when);
    const [told]: unknown[] = await once(this.#child, "message");
    if (!isMemory(told)) throw new TypeError(`expected a probe's reading, got ${JSON.stringify(told)}`);
    return told;
  }

  /** Lets it end as a platform does. Only then does Node keep what V8 compiled. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const tooLate = AbortSignal.timeout(END_MS);
    await once(child, "exit", { signal: tooLate }).catch(() => child.kill("SIGKILL"));
  }

  /** Ends it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

/** Ends a child together with this process, however this process ends. */
export function endWithThisProcess(child: ChildProcess): void {
  const kill = (): void => void child.kill("SIGKILL");
  // One listener for each child is no leak, however many there are.
  process.setMaxListeners(Math.max(process.getMaxListeners(), process.listenerCount("exit") + 2));
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}

type FirstLine = { readonly port: number; readonly adminPort?: number; readonly readyMs?: number };

/** The first line that says a port. Frameworks print other lines before it. */
async function firstLineOf(child: ChildProcess, logFile: string, name: string): Promise<FirstLine> {
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += 20) {
    const how = child.exitCode ?? child.signalCode;
    if (how !== null) throw new Error(`${name} ended with ${how} before it listened`);
    const text = readFileSync(logFile, "utf8");
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      const said: unknown = line.startsWith("{") ? JSON.parse(line) : undefined;
      if (isFirstLine(said)) return said;
    }
    await wait(20);
  }
  throw new Error(`${name} did not say within ${START_MS / 1_000} s where it listens`);
}

function isMemory(told: unknown): told is Memory {
  return typeof told === "object" && told !== null && "heldBytes" in told && "rssBytes" in told;
}

function isFirstLine(said: unknown): said is FirstLine {
  return typeof said === "object" && said !== null && "port" in said && typeof said.port === "number";
}
