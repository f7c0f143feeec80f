/**
 * The bound: about the least that a page can cost on undici. `dispatch` with one small handler per call, one timer for the whole
 * page, no header but those that matter.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Pool } from "undici";
import type { Dispatcher } from "undici";
import { sourcesOf } from "../../pages/sources.ts";
import { announce, begin } from "../begin.ts";

const DEADLINE_MS = 800;

/** Collects one answer and parses it. */
class Answer implements Dispatcher.DispatchHandler {
  readonly #resolve: (body: unknown) => void;
  readonly #reject: (error: Error) => void;
  #chunks: Buffer[] = [];
  controller: Dispatcher.DispatchController | undefined;

  constructor(resolve: (body: unknown) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
  }

  onResponseStart(): void {
    // It is believed to be a 200.
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#resolve(JSON.parse(body.toString("utf8")));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}

const { page, origins } = begin(process.argv.slice(2), process.env);
const open = (origin: string) => new Pool(origin, { pipelining: 1 });
const pools = {
  users: open(origins.users),
  orders: open(origins.orders),
  recommendations: open(origins.recommendations),
  catalog: open(origins.catalog),
};

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const headers = ["accept", "application/json", "x-user-id", String(req.headers["x-user-id"])];
  const answers: Answer[] = [];
  const timer = setTimeout(() => {
    for (const { controller } of answers) controller?.abort(new Error("the page's time is up"));
  }, DEADLINE_MS);
  const sources = sourcesOf(
    (service, path) =>
      new Promise((resolve, reject) => {
        const answer = new Answer(resolve, reject);
        answers.push(answer);
        pools[service].dispatch({ path, method: "GET", headers }, answer);
      }),
  );
  const body = Buffer.from(JSON.stringify(await page.load(sources)));
  clearTimeout(timer);
  res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length }).end(body);
}

const server = createServer((req, res) => void answer(req, res));
server.listen(0, "127.0.0.1", () => announce(server.address()));
