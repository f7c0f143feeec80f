import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "./command-line.ts";

let stopping: AbortController | undefined;

/**
 * Aborted when this process is asked to stop, also by the death of launch.mjs, which closes the IPC
 * channel. One for the whole process, however often it is asked for. One Ctrl-C arrives up to three
 * times: the terminal sends it to the whole group, and npm and launch.mjs pass it on.
 */
export function stopSignal(): AbortSignal {
  if (stopping === undefined) {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
    process.once("disconnect", stop);
    // Listening must not keep a process alive that has nothing left to do.
    process.channel?.unref();
    stopping = controller;
  }
  return stopping.signal;
}

/**
 * Runs another program of this repository in this one's place, with its output, and ends it when
 * this one is asked to stop.
 *
 * @param program relative to `root`, or absolute
 * @returns its exit code, 1 where a signal ended it
 */
export async function runProgram(root: string, program: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [resolve(root, program), ...args], { stdio: "inherit" });
  stopSignal().addEventListener("abort", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** The command was asked to stop. */
export class Stopped extends CommandError {
  override readonly name = "Stopped";
  /** As a shell says it of a program that Ctrl-C ended: 128 and SIGINT. */
  override readonly exitCode = 130;
}

/**
 * Runs a command line of a package.json, in the environment that npm would give it. When the signal
 * ends it, it writes nothing afterwards.
 *
 * @param cwd relative to the root
 * @param how `isReport`: its answer is its standard output, without what it said of its progress
 * @returns what it printed
 * @throws CommandError with all its output where it fails, Stopped where the signal ended it
 */
export async function runLine(
  root: string,
  cwd: string,
  line: string,
  how: {
    readonly env: NodeJS.ProcessEnv;
    readonly signal: AbortSignal;
    readonly isReport?: boolean | undefined;
  },
): Promise<string> {
  const { env, signal, isReport = false } = how;
  if (signal.aborted) throw new Stopped("stopped");
  const child = spawn(line, {
    cwd: join(root, cwd),
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    // The head of a group, so that what its shell has started ends with it.
    detached: true,
    env: { ...env, PATH: [join(root, "node_modules", ".bin"), env["PATH"]].join(delimiter) },
  });
  const { pid } = child;
  const end = (): void => (pid === undefined ? undefined : killGroup(pid));
  signal.addEventListener("abort", end);
  let [output, report] = ["", ""];
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (chunk) => (output += String(chunk)));
  child.stdout.on("data", (chunk) => (report += String(chunk)));
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (status, killedBy) => resolve(status ?? String(killedBy)));
  });
  signal.removeEventListener("abort", end);
  if (signal.aborted) throw new Stopped("stopped");
  if (code !== 0) throw new CommandError(`"${line}" in ${cwd} failed (${code}):\n${output.trim()}`);
  return isReport ? report : output;
}

/** Ctrl-C ends everything within 5 s: what has not drained after this is cut off. */
const GRACE_MS = 3500;

/**
 * Ends a process that leads a group of its own. SIGTERM goes only to the leader, because a watcher
 * passes it on itself; SIGKILL goes to whatever is left of the group after `GRACE_MS`.
 */
export async function stopGroup(leader: number): Promise<void> {
  send(leader, "SIGTERM");
  const deadline = performance.now() + GRACE_MS;
  while (send(-leader, 0) && performance.now() < deadline) await sleep(20);
  killGroup(leader);
}

/** Ends a group at once. */
export function killGroup(leader: number): void {
  send(-leader, "SIGKILL");
}

/** False if there is no such process or group any more. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** A process that outlives this one to end what this one started. */
export interface Reaper {
  /** From now on this group is ended when this process dies. */
  watch(leader: number): void;
  forget(leader: number): void;
  /** Ends the reaper. It first ends what it still watches. */
  close(): Promise<void>;
}

/** Starts a process that ends the watched groups when this one dies, even by SIGKILL. */
export function startReaper(): Reaper {
  // In a session of its own, so that no signal of the terminal reaches it: it ends when its input
  // does.
  const child = spawn(process.execPath, [import.meta.filename], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = once(child, "exit");
  child.stdin.on("error", () => {
    // It was killed: there is nothing left to tell it.
  });
  return {
    watch: (leader) => void child.stdin.write(`+${leader}\n`),
    forget: (leader) => void child.stdin.write(`-${leader}\n`),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

// The reaper's own program: it reads "+<pid>" and "-<pid>" lines until the end of its input, which
// is its parent's end.
if (import.meta.main) {
  const leaders = new Set<number>();
  for await (const line of createInterface({ input: process.stdin })) {
    const pid = Number(line.slice(1));
    if (line.startsWith("+")) leaders.add(pid);
    else leaders.delete(pid);
  }
  await Promise.all([...leaders].map(stopGroup));
}
