import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";

/** One request as a gateway saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/**
 * A gateway's two ports, as the proxy sees them. It records requests, and says whether it is ready.
 */
export class RecordingGateway implements AsyncDisposable {
  readonly seen: Seen[] = [];
  ready = true;
  /** How often its readiness was checked. */
  checks = 0;
  answer: RequestListener = (_req, res) => void res.end("ok");
  port = 0;
  adminPort = 0;
  #public: Server | undefined;
  readonly #admin: Server;

  constructor() {
    this.#admin = createServer((req, res) => {
      this.checks += 1;
      res.statusCode = req.url === "/readyz" && this.ready ? 200 : 503;
      res.end();
    });
  }

  /** Opens both ports. */
  async start(): Promise<this> {
    this.adminPort = await listen(this.#admin, 0);
    await this.startPublic();
    return this;
  }

  /** Opens the public port: after `stopPublic` the same one again. */
  async startPublic(): Promise<void> {
    this.#public = createServer((req, res) => {
      const entry: Seen = {
        method: req.method ?? "",
        url: req.url ?? "",
        rawHeaders: req.rawHeaders,
        headers: req.headers,
        body: "",
      };
      this.seen.push(entry);
      req.setEncoding("utf8").on("data", (text: string) => {
        entry.body += text;
      });
      this.answer(req, res);
    });
    this.port = await listen(this.#public, this.port);
  }

  /** Closes the public port and its connections. */
  async stopPublic(): Promise<void> {
    if (this.#public === undefined) return;
    this.#public.close();
    this.#public.closeAllConnections();
    await once(this.#public, "close");
    this.#public = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopPublic();
    this.#admin.close();
    this.#admin.closeAllConnections();
    await once(this.#admin, "close");
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await once(server.listen(port, "127.0.0.1"), "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
