import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Contender } from "../contenders/contenders.ts";
import { createGateway } from "../load/gateway.ts";
import { PageClient } from "../load/page-client.ts";
import { startServices } from "../recordings/recordings.ts";
import { coresToPin, pinThisProcess } from "./cores.ts";
import type { Cores } from "./cores.ts";
import { startMeasured } from "./measured-program.ts";
import type { MeasuredProgram } from "./measured-program.ts";

/** A program to start, and how it is asked for pages. */
export type Entry = {
  readonly contender: Contender;
  /** Its row in the table. Default the contender's name. */
  readonly name?: string;
  /** Pages in flight, each on a connection of its own. Default 16: busy, and far from any limit. */
  readonly inFlight?: number;
  /** Whether the caller records the traces of its requests. Default no. */
  readonly sampled?: boolean;
  /** Whether its probe can be asked. Default no. */
  readonly probed?: boolean;
};

/** A program under load. */
export type Running = Entry & {
  readonly name: string;
  readonly program: MeasuredProgram;
  readonly client: PageClient;
  /** The size of a whole page, and the page as a value. */
  readonly bytes: number;
  readonly answer: unknown;
};

/** Where a report is measured. Disposing of it ends everything that it started. */
export interface Lab extends AsyncDisposable {
  /** Where its processes are pinned. */
  readonly cores: Cores | undefined;
  /** Ends a resource together with the lab. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource;
  /**
   * Starts a program and asks it for its page once.
   * @throws Error when it does not start or answers no page
   */
  start(entry: Entry): Promise<Running>;
  /**
   * Starts programs of which those with one app answer the same page. A peer that does not start,
   * or that answers another page, is left out and named: its cost would say nothing.
   * @throws Error when that happens to one of the repository's own programs
   */
  startAll(
    entries: readonly Entry[],
  ): Promise<{ readonly running: readonly Running[]; readonly leftOut: readonly string[] }>;
}

/**
 * Opens a lab: the recorded services, the load and the measured programs, pinned so that the
 * programs share their core with nothing else.
 * @param options.pinned whether processes are pinned to cores, where the machine allows it
 * @param options.delayMs how long each answer of the services takes. Default 0
 */
export async function openLab(options: {
  readonly pinned: boolean;
  readonly delayMs?: number;
}): Promise<Lab> {
  await using begun = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  begun.defer(() => rm(folder, { recursive: true, force: true }));
  const cores = options.pinned ? coresToPin() : undefined;
  if (cores !== undefined) {
    // Children inherit it. The next lab has to find all cores again.
    pinThisProcess(cores.others);
    begun.defer(() => pinThisProcess(cores.all));
  }
  const services = begun.use(await startServices(options.delayMs ?? 0));
  const gateway = createGateway();
  const cleanup = begun.move();

  async function start(entry: Entry): Promise<Running> {
    const { contender, name = contender.name, inFlight = 16, sampled = false, probed = false } = entry;
    const program = await startMeasured({
      command: contender.command,
      env: {
        ...services.addresses,
        IDENTITY_KEYS: gateway.identityKeys,
        NODE_ENV: "production",
        LOG_LEVEL: "info",
        ...contender.env,
      },
      logFile: join(await mkdtemp(join(folder, "log-")), "stdout.log"),
      core: cores?.measured,
      probed,
    });
    cleanup.use(program);
    const request = (user?: string) => {
      const asked = gateway.request(contender.app, { sampled, user });
      return contender.headers === undefined ? asked : { ...asked, headers: contender.headers() };
    };
    const client = cleanup.use(new PageClient(program.origin, { inFlight, request }));
    const { value, bytes } = await client.page();
    return { ...entry, name, program, client, bytes, answer: contender.read?.(value) ?? value };
  }

  return {
    cores,
    start,
    use: (resource) => cleanup.use(resource),
    async startAll(entries) {
      const running: Running[] = [];
      const leftOut: string[] = [];
      for (const entry of entries) {
        try {
          const one = await start(entry);
          const first = running.find(
            ({ contender: { app, older } }) => app === entry.contender.app && older !== true,
          );
          if (entry.contender.older !== true) checkSame(first ?? one, one);
          running.push(one);
        } catch (error) {
          if (entry.contender.peer !== true) throw error;
          leftOut.push(`${entry.contender.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      return { running, leftOut };
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

function checkSame(first: Running, other: Running): void {
  if (isDeepStrictEqual(other.answer, first.answer)) return;
  const [here = "", there = ""] = [other, first].map(({ answer }) => JSON.stringify(answer));
  let at = 0;
  while (here[at] === there[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 40), at + 40);
  throw new Error(
    `${other.name} answers another page than ${first.name}, from character ${at} on: …${around(here)}… instead of …${around(there)}…`,
  );
}
