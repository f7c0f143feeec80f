import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";

/** A program of the tests in a process of its own. */
export class Child implements AsyncDisposable {
  readonly process: ChildProcess;
  stdout = "";
  stderr = "";
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #waiting: (() => void)[] = [];

  /** @param stdout a file to write standard output to; by default it is read into `stdout` */
  constructor(
    program: URL,
    env: Readonly<Record<string, string>>,
    stdout?: string,
    args: readonly string[] = [],
  ) {
    const file = stdout === undefined ? undefined : openSync(stdout, "w");
    const stdio = ["ignore", file ?? "pipe", "pipe"] as const;
    const child: ChildProcess = spawn(process.execPath, [program.pathname, ...args], {
      env,
      stdio: [...stdio],
    });
    if (file !== undefined) closeSync(file);
    this.process = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#wake();
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    // "close" follows the end of both pipes: by then all output is here.
    this.exited = once(child, "close").then(([code, signal]: unknown[]) => {
      this.#wake();
      return { code: typeof code === "number" ? code : null, signal: isSignal(signal) ? signal : null };
    });
  }

  /** The parsed lines of its log. */
  lines(message: string): Readonly<Record<string, unknown>>[] {
    return this.stdout
      .split("\n")
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line))
      .filter((line) => isObject(line))
      .filter((line) => line["msg"] === message);
  }

  /** The first log line with this message, once it is there. */
  async line(message: string): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const [line] = this.lines(message);
      if (line !== undefined) return line;
      if (this.process.exitCode !== null) {
        throw new Error(`ended without "${message}": ${this.stdout}${this.stderr}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exited;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isSignal(value: unknown): value is NodeJS.Signals {
  return typeof value === "string" && value.startsWith("SIG");
}
