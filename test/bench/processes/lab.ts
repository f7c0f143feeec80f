import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Gateway } from "../load/gateway.ts";
import { PageClient } from "../load/page-client.ts";
import type { Measured } from "../measure/page-cost.ts";
import { startNodeServer } from "../services/node-server.ts";
import { installedNginx, startNginx } from "../services/nginx.ts";
import type { RecordedServices, ServicesOptions } from "../services/recorded-services.ts";
import type { Contender } from "../contenders/contender.ts";
import { coresToPin, pin } from "./pin.ts";
import type { App } from "./apps.ts";
import type { Cores } from "./pin.ts";
import { Program } from "./program.ts";

/** A contender that runs: measured, and comparable by what it answers. */
export type Running = Measured & {
  readonly name: string;
  readonly app: App;
  readonly program: Program;
  /** Its page, as a value. */
  readonly answer: unknown;
};

/** Where measurements take place: the services, the load and the programs, each on its core. Disposing of it ends all of them. */
export class Lab implements AsyncDisposable {
  readonly cores: Cores | undefined;
  readonly #folder: string;
  readonly gateway = new Gateway();
  readonly #cleanup = new AsyncDisposableStack();

  private constructor(folder: string, cores: Cores | undefined) {
    this.#folder = folder;
    this.cores = cores;
  }

  /** @param options.pinned whether each process keeps to its core, this one and all that it starts included, where that can be done */
  static async open(options: { readonly pinned: boolean }): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    const cores = options.pinned ? coresToPin() : undefined;
    const lab = new Lab(folder, cores);
    if (cores !== undefined) {
      pin(process.pid, cores.others);
      // The next lab finds it as this one did: from one core, nothing could be pinned, and all would share it.
      lab.#cleanup.defer(() => pin(process.pid, cores.all));
    }
    lab.#cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    return lab;
  }

  /** The services at their cheapest; with a delay per answer, which nginx cannot give, a Node server's. */
  async services(options: ServicesOptions = {}): Promise<RecordedServices> {
    const core = this.cores?.others;
    if ((options.delayMs ?? 0) > 0 || installedNginx() === undefined) {
      return this.#cleanup.use(await startNodeServer(options, core));
    }
    return this.#cleanup.use(await startNginx(await this.folder("nginx"), options, core));
  }

  /** Which process runs where, for the environment's line. */
  get pinnedLine(): string {
    if (this.cores === undefined) return "no process is pinned";
    return `each measured program on core ${this.cores.measured}, the rest on core ${this.cores.others}`;
  }

  /** A new, empty folder, which goes with the lab. */
  folder(name: string): Promise<string> {
    return mkdtemp(join(this.#folder, `${name}-`));
  }

  /**
   * Starts a contender and asks it for its page once.
   * @param options.sampled whether the traces of the requests to it are recorded; default no
   * @throws Error when it answers no page
   */
  async start(
    contender: Contender,
    services: RecordedServices,
    options: { readonly sampled?: boolean } = {},
  ): Promise<Running> {
    const { name, app, read } = contender;
    const program = await Program.start({
      ...contender.program(services.origins, this.gateway),
      name,
      logFile: join(await this.folder("log"), "stdout.log"),
      core: this.cores?.measured,
    });
    this.#cleanup.defer(() => program.stop());
    const client = new PageClient(program.origin, app, this.gateway, options.sampled);
    this.#cleanup.defer(() => client.close());
    const { value, bytes } = await client.page();
    return { name, app, program, pid: program.pid, client, answer: await (read ?? asIs)(value), bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }
}

function asIs(answer: unknown): unknown {
  return answer;
}
