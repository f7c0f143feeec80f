import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { CommandError } from "../command-line.ts";
import { killGroup, stopGroup, Stopped } from "../processes.ts";
import { readLogLine } from "./log-line.ts";
import type { LogLine } from "./log-line.ts";
import { HOST } from "./ports.ts";
import type { Ports } from "./ports.ts";
import type { Role } from "./roles.ts";

/** How many lines of a process are kept to show if it dies. */
const LINES_KEPT = 25;

/** A started process of the stack. */
export interface RoleProcess {
  readonly pid: number;
  /** The ports that its last ready line named. */
  readonly ports: Ports | undefined;
  /** True while it runs. */
  readonly running: boolean;
  /** True while `node --watch` waits for a change because the program failed. */
  readonly waitsForChange: boolean;
  readonly lastLines: readonly string[];
  /** How it ended: "exit code 1", "SIGKILL". */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** How a role's process is started. */
export interface RoleProcessOptions {
  readonly role: Role;
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Restart on change (`node --watch`). */
  readonly watch: boolean;
  readonly onLine: (line: LogLine) => void;
}

/**
 * Starts one role as a process that leads a group of its own, so that the terminal's Ctrl-C reaches
 * only the launcher and one signal ends the process and its watcher together. Its whole output goes
 * to `logFile`.
 */
export function startRoleProcess(options: RoleProcessOptions): RoleProcess {
  const { role, root, env, logFile, watch, onLine } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: "a" });
  const watchFlags = watch ? ["--watch", "--watch-preserve-output"] : [];
  const child = spawn(process.execPath, [...watchFlags, ...programOf(role, root)], {
    cwd: root,
    env: { NODE_COMPILE_CACHE: COMPILED, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${role.name} could not be started: is ${process.execPath} there?`);

  const lastLines: string[] = [];
  let ports: Ports | undefined;
  let running = true;
  let waitsForChange = false;
  const read = (stream: Readable, from: LogLine["from"]): void => {
    createInterface({ input: stream }).on("line", (text) => {
      log.write(`${text}\n`);
      if (lastLines.push(text) > LINES_KEPT) lastLines.shift();
      const line = readLogLine(text, from);
      if (line.ready !== undefined) ports = line.ready;
      // What `node --watch` says, in its own words: the only sign of it that there is.
      if (watch && text.startsWith("Failed running ")) waitsForChange = true;
      if (watch && text.startsWith("Restarting ")) waitsForChange = false;
      onLine(line);
    });
  };
  read(child.stdout, "stdout");
  read(child.stderr, "stderr");
  child.once("close", () => log.end());
  const exited = once(child, "exit").then(([code, signal]) => {
    running = false;
    return typeof signal === "string" ? signal : `exit code ${String(code)}`;
  });
  return {
    pid,
    lastLines,
    exited,
    get ports() {
      return ports;
    },
    get running() {
      return running;
    },
    get waitsForChange() {
      return waitsForChange;
    },
    async stop() {
      await stopGroup(pid);
      await exited;
    },
    async kill() {
      killGroup(pid);
      await exited;
    },
  };
}

/** Where start.js keeps what V8 compiled of programs that ship. Others start faster with it. */
const COMPILED = join(tmpdir(), "node-compile-cache");

/** What ships is started as its image starts it, with a compile cache. */
const START = fileURLToPath(import.meta.resolve("@triptych/service-kit/start.js"));

function programOf({ kind, main }: Role, root: string): string[] {
  const ships = kind === "bff" || kind === "gateway";
  return ships ? [START, resolve(root, main)] : [resolve(root, main)];
}

/** The first start seeds a database, which may take 10 s on a small machine. */
const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;

/**
 * Waits until a process answers that it is ready, and returns its ports. In watch mode, `undefined`
 * when its program fails: it starts again by itself when a file changes.
 *
 * @param planned where it was told to listen; 0 is replaced by what its ready line says
 * @throws CommandError with its last lines where it ends, or is not ready in time; Stopped
 */
export async function untilReady(
  role: Role,
  child: RoleProcess,
  planned: Ports,
  signal: AbortSignal | undefined,
): Promise<Ports | undefined> {
  const deadline = performance.now() + READY_WITHIN_MS;
  const path = role.kind === "bff" || role.kind === "gateway" ? "/readyz" : "/healthz";
  for (;;) {
    if (signal?.aborted === true) throw new Stopped("stopped while starting");
    if (!child.running) {
      throw new CommandError(`${role.name} stopped while starting (${await child.exited})${quote(child)}`);
    }
    if (child.waitsForChange) return undefined;
    const ports = child.ports ?? planned;
    if (ports.port !== 0 && ports.adminPort !== 0 && (await answers(ports.adminPort, path))) return ports;
    if (performance.now() > deadline) {
      throw new CommandError(`${role.name} was not ready within ${READY_WITHIN_MS / 1000} s${quote(child)}`);
    }
    await sleep(POLL_MS);
  }
}

async function answers(adminPort: number, path: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`http://${HOST}:${adminPort}${path}`, {
      headersTimeout: 1000,
      reset: true,
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

/** The end of the sentence: a program that says what is wrong in one line has it quoted in ours. */
function quote({ lastLines }: RoleProcess): string {
  const [first, ...more] = lastLines;
  if (first === undefined) return " and said nothing.";
  if (more.length === 0) return `: ${first}`;
  return `. It said last:\n${lastLines.map((line) => `  ${line}`).join("\n")}`;
}
