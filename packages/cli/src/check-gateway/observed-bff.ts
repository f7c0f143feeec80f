import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { CommandError } from "../command-line.ts";
import { portOf } from "../stack/ports.ts";

/** A request as the BFF would have got it. */
export interface Arrival {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** What the next requests are answered with. `late`: nothing until the gateway gives up. */
type Conduct = "answers" | "late" | "resets";

/** Stands where the gateway under test expects a BFF, and keeps what reaches it. */
export class ObservedBff implements AsyncDisposable {
  /** What came since `forget`, without health checks: only requests for one of the tried paths. */
  arrivals: Arrival[] = [];
  conduct: Conduct = "answers";
  /** How many requests were answered: the body says which one an answer is. */
  #answered = 0;
  readonly #paths: ReadonlySet<string>;
  readonly #server: Server;

  /** @param paths the paths that are tried, as the BFF gets them */
  constructor(paths: readonly string[]) {
    this.#paths = new Set(paths);
    this.#server = createServer((req, res) => void this.#receive(req, res));
  }

  /** Listens. @returns the address. @throws CommandError if the port cannot be had */
  async listen(host: string, port: number): Promise<string> {
    try {
      await once(this.#server.listen(port, host), "listening");
    } catch (cause) {
      throw new CommandError(`cannot listen at ${host}:${port}: choose another --listen`, { cause });
    }
    return `http://${host.includes(":") ? `[${host}]` : host}:${portOf(this.#server)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }

  async #receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method = "", url: target = "", rawHeaders } = req;
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(req, "close").catch(() => {});
    if (this.#paths.has(target.split("?")[0] ?? "")) {
      this.arrivals.push({ method, target, rawHeaders, body: Buffer.concat(chunks).toString() });
      if (this.conduct === "late") return;
      if (this.conduct === "resets") return void req.socket.destroy();
    }
    this.#answered += 1;
    res.setHeader("Content-Type", "application/json");
    // As a BFF answers: only the browser may keep it.
    res.setHeader("Cache-Control", "private, no-cache");
    res.end(JSON.stringify({ answered: this.#answered }));
  }
}
