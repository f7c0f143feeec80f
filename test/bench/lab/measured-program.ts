import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { Program } from "@triptych/testing";
import { cpuTimeNs, whyNotMeasurable } from "../measure/cpu-time.ts";

/** What a probe says of its process. */
export type Reading = {
  /** What V8's heap holds, and buffers beside it, in bytes. */
  readonly heldBytes: number;
  /** What the process takes of the machine's memory, in bytes. */
  readonly rssBytes: number;
  /** Promises since the first question for `promises`. */
  readonly promises: number;
};

/** `live`: after a garbage collection; `now`: as it is; `promises`: and counts them from now on. */
export type Question = "live" | "now" | "promises";

const PROBE = join(import.meta.dirname, "../measure/probe.ts");
/** How long a program may take until it listens, and to end, in ms. The machine may be busy. */
const START_MS = 60_000;
const END_MS = 15_000;

/** A program in a process of its own. Disposing of it ends it at once. */
export interface MeasuredProgram extends AsyncDisposable {
  readonly pid: number;
  readonly origin: string;
  /** 0 for a program without one. */
  readonly adminPort: number;
  /** From the start of the process until it listened, in ms. NaN where it does not say. */
  readonly readyMs: number;
  /** The CPU time that it used until then, in ms. The machine's other work hardly changes it. */
  readonly readyCpuMs: number;
  /** What its probe reads now. For a program that was started with one. */
  ask(question: Question): Promise<Reading>;
  /** Lets it end as a platform does. Only then does Node keep what V8 compiled. */
  end(): Promise<void>;
}

/**
 * Starts a program and waits until it prints a line of JSON with its port.
 * @param options.command Node's arguments: its options, the program's path, the program's arguments
 * @param options.logFile gets its output, as with a platform's log collector
 * @param options.core the only core that it may use; undefined: all
 * @param options.probed whether `measure/probe.ts` is loaded before it
 * @throws Error with its output when it ends instead, or says nothing for a minute
 */
export async function startMeasured(options: {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly core: number | undefined;
  readonly probed: boolean;
}): Promise<MeasuredProgram> {
  const { command, env, logFile, core, probed } = options;
  // taskset becomes the program, so the process is the same.
  const pinned = core === undefined ? [] : ["taskset", "--cpu-list", String(core)];
  const probe = probed ? ["--expose-gc", "--import", PROBE] : [];
  const [file = "", ...args] = [...pinned, process.execPath, ...probe, ...command];
  await using begun = new AsyncDisposableStack();
  const program = begun.use(
    new Program(file, args, {
      env: { PORT: "0", ADMIN_PORT: "0", HOST: "127.0.0.1", ...env },
      logFile,
      ipc: probed,
    }),
  );
  const { child } = program;
  endWithThisProcess(child);
  const giveUpAt = performance.now() + START_MS;
  await program.until(async () => {
    if (performance.now() > giveUpAt) throw new Error(`${command.join(" ")} did not say where it listens`);
    return firstLineIn(program.output) !== undefined;
  });
  const { port, adminPort = 0, readyMs = Number.NaN } = firstLineIn(program.output) ?? {};
  const pid = child.pid ?? 0;
  const cleanup = begun.move();
  return {
    pid,
    origin: `http://127.0.0.1:${port}`,
    adminPort,
    readyMs,
    readyCpuMs: whyNotMeasurable() === undefined ? cpuTimeNs(pid) / 1e6 : Number.NaN,
    async ask(question) {
      child.send(question);
      const [told]: unknown[] = await once(child, "message");
      if (isReading(told)) return told;
      throw new TypeError(`expected a probe's reading, got ${JSON.stringify(told)}`);
    },
    end: () => program.stop("SIGTERM", END_MS),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** Ends a child together with this process, however this process ends. */
export function endWithThisProcess(child: ChildProcess): void {
  const kill = (): void => void child.kill("SIGKILL");
  // One listener for each child is no leak, however many there are.
  process.setMaxListeners(Math.max(process.getMaxListeners(), process.listenerCount("exit") + 2));
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}

type FirstLine = { readonly port?: number; readonly adminPort?: number; readonly readyMs?: number };

/** The first line that says a port. Frameworks print other lines before it. */
function firstLineIn(output: string): FirstLine | undefined {
  const lines = output.slice(0, output.lastIndexOf("\n") + 1).split("\n");
  const parsed = lines.filter((line) => line.startsWith("{")).map((line): FirstLine => JSON.parse(line));
  return parsed.find(({ port }) => typeof port === "number");
}

function isReading(told: unknown): told is Reading {
  return typeof Object(told).heldBytes === "number";
}
