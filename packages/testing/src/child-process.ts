import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** How often a program that starts is asked whether it is ready, ms. */
const POLL_MS = 20;

/** How a test's program is started. */
export interface ProgramOptions {
  /**
   * All that it finds in its environment, besides where compiled code is kept. Default: nothing.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Opens a channel for messages to and from a Node program. Default: false. */
  readonly ipc?: boolean;
  /**
   * Writes its output to this file. nginx needs one: it cannot open Node's pipes. Default: pipes.
   */
  readonly logFile?: string;
}

/** A line of a program's log. */
type Line = Readonly<Record<string, unknown>>;

/** A program that a test started, in a process of its own. Disposing of it kills it. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  /** How it ended. By then all of its output is here. */
  readonly ended: Promise<{ readonly code: unknown; readonly signal: unknown }>;
  /** What it has printed so far, where it has no log file. */
  stdout = "";
  stderr = "";
  readonly #command: string;
  readonly #logFile: string | undefined;
  #isRunning = true;
  #waiting: (() => void)[] = [];

  constructor(command: string, args: readonly string[], options: ProgramOptions = {}) {
    const { env = {}, ipc = false, logFile } = options;
    this.#command = [command, ...args].join(" ");
    this.#logFile = logFile;
    const file = logFile === undefined ? undefined : openSync(logFile, "w");
    const output = file ?? "pipe";
    const stdio = ["ignore", output, output, ...(ipc ? (["ipc"] as const) : [])] as const;
    const { NODE_COMPILE_CACHE } = process.env;
    this.child = spawn(command, args, { env: { NODE_COMPILE_CACHE, ...env }, stdio: [...stdio] });
    if (file !== undefined) closeSync(file);
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#wake();
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    // "close" follows the end of both pipes.
    this.ended = once(this.child, "close").then(([code, signal]: unknown[]) => {
      this.#isRunning = false;
      this.#wake();
      return { code, signal };
    });
  }

  /** All that it has printed so far. */
  get output(): string {
    if (this.#logFile !== undefined) return readFileSync(this.#logFile, "utf8");
    return this.stdout + this.stderr;
  }

  /** The lines with this message in its log, which are JSON on its standard output. */
  lines(message: string): Line[] {
    return this.stdout
      .split("\n")
      .slice(0, -1)
      .map((line): Line => Object(JSON.parse(line)))
      .filter(({ msg }) => msg === message);
  }

  /** The first line with this message in its log. @throws Error with its output if it ends before */
  async line(message: string): Promise<Line> {
    for (;;) {
      const [line] = this.lines(message);
      if (line !== undefined) return line;
      await this.#more();
    }
  }

  /** Waits until it has printed a text. @throws Error with its output if it ends before */
  async said(text: string): Promise<void> {
    while (!this.output.includes(text)) await this.#more();
  }

  /** Asks until it is ready. @throws Error with its output if it ends before */
  async until(isReady: () => Promise<boolean>): Promise<void> {
    while (!(await isReady())) {
      this.#assertRunning();
      await pause(POLL_MS);
    }
  }

  /** Ends it with a signal. After `graceMs` it is killed; default: never. */
  async stop(signal: NodeJS.Signals, graceMs?: number): Promise<void> {
    this.child.kill(signal);
    const timer =
      graceMs === undefined ? undefined : setTimeout(() => void this.child.kill("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }

  async #more(): Promise<void> {
    this.#assertRunning();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #assertRunning(): void {
    if (!this.#isRunning) throw new Error(`${this.#command} has ended. It said:\n${this.output}`);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
