import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Contender } from "../contenders/contenders.ts";
import { Gateway } from "../load/gateway.ts";
import { PageClient } from "../load/page-client.ts";
import { startServices } from "../recordings/recordings.ts";
import type { RecordedServices } from "../recordings/recordings.ts";
import { coresToPin, pinThisProcess } from "./cores.ts";
import type { Cores } from "./cores.ts";
import { Program } from "./program.ts";

/** A program to start, and how it is asked for pages. */
export type Entry = {
  readonly contender: Contender;
  /** Its row in the table. Default the contender's name. */
  readonly name?: string;
  /** Pages in flight, each on a connection of its own. Default 16: busy, and far from any limit. */
  readonly inFlight?: number;
  /** Whether the caller records the traces of its requests. Default no. */
  readonly sampled?: boolean;
  /** Whether its memory can be asked for. Default no. */
  readonly probed?: boolean;
};

/** A program under load. */
export type Running = Entry & {
  readonly name: string;
  readonly program: Program;
  readonly client: PageClient;
  /** The size of a whole page, and the page as a value. */
  readonly bytes: number;
  readonly answer: unknown;
};

/**
 * Where a report is measured: the recorded services, the load and the measured programs, pinned so
 * that the programs share their core with nothing else. Disposing of it ends everything.
 */
export class Lab implements AsyncDisposable {
  readonly cores: Cores | undefined;
  readonly gateway = new Gateway();
  /** The peers that did not run, and why. */
  readonly leftOut: string[] = [];
  readonly #folder: string;
  readonly #services: RecordedServices;
  readonly #cleanup: AsyncDisposableStack;

  private constructor(
    cores: Cores | undefined,
    folder: string,
    services: RecordedServices,
    cleanup: AsyncDisposableStack,
  ) {
    this.cores = cores;
    this.#folder = folder;
    this.#services = services;
    this.#cleanup = cleanup;
  }

  /**
   * Opens a lab.
   * @param options.pinned whether processes are pinned to cores, where the machine allows it
   * @param options.delayMs how long each answer of the services takes. Default 0
   */
  static async open(options: { readonly pinned: boolean; readonly delayMs?: number }): Promise<Lab> {
    await using cleanup = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const cores = options.pinned ? coresToPin() : undefined;
    if (cores !== undefined) {
      // Children inherit it. The next lab has to find all cores again.
      pinThisProcess(cores.others);
      cleanup.defer(() => pinThisProcess(cores.all));
    }
    const services = cleanup.use(await startServices(options.delayMs ?? 0));
    return new Lab(cores, folder, services, cleanup.move());
  }

  /** Ends a resource together with the lab. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    return this.#cleanup.use(resource);
  }

  /**
   * Starts a program and asks it for its page once.
   * @throws Error when it does not start or answers no page
   */
  async start(entry: Entry): Promise<Running> {
    const { contender, name = contender.name, inFlight = 16, sampled = false } = entry;
    const program = await Program.start({
      name,
      command: contender.command,
      env: {
        ...this.#services.addresses,
        IDENTITY_KEYS: this.gateway.identityKeys,
        NODE_ENV: "production",
        LOG_LEVEL: "info",
        ...contender.env,
      },
      logFile: join(await mkdtemp(join(this.#folder, "log-")), "stdout.log"),
      core: this.cores?.measured,
      probed: entry.probed === true,
    });
    this.#cleanup.use(program);
    const client = new PageClient(program.origin, {
      inFlight,
      request: (user) => this.gateway.request(contender.app, { sampled, user }),
    });
    this.#cleanup.use(client);
    const { value, bytes } = await client.page();
    return { ...entry, name, program, client, bytes, answer: contender.read?.(value) ?? value };
  }

  /**
   * Starts programs of which those with one app answer the same page. A peer that does not start,
   * or that answers another page, is left out and named: its cost would say nothing.
   * @throws Error when that happens to one of the repository's own programs
   */
  async startAll(entries: readonly Entry[]): Promise<readonly Running[]> {
    const running: Running[] = [];
    for (const entry of entries) {
      try {
        const one = await this.start(entry);
        const first = running.find(({ contender }) => contender.app === entry.contender.app);
        checkSame(first ?? one, one);
        running.push(one);
      } catch (error) {
        if (entry.contender.peer !== true) throw error;
        const why = error instanceof Error ? error.message : String(error);
        this.leftOut.push(`${entry.contender.name}: ${why}`);
      }
    }
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }
}

function checkSame(first: Running, other: Running): void {
  if (isDeepStrictEqual(other.answer, first.answer)) return;
  const [here, there] = [other, first].map(({ answer }) => JSON.stringify(answer));
  throw new Error(`expected the page of ${first.name}, got another one: ${here} instead of ${there}`);
}
