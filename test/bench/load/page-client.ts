import { Pool } from "undici";
import type { Dispatcher } from "undici";
import type { App } from "../processes/apps.ts";
import { benchUser } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";

/** An answer as the load needs it; its body is read and forgotten. */
export type Answered = { readonly status: number; readonly bytes: number };

/** A client of one program's home page, over connections that it keeps. */
export class PageClient {
  readonly #pool: Pool;
  readonly #app: App;
  readonly #gateway: Gateway;
  readonly #sampled: boolean;
  #asked = 0;

  /** @param sampled whether its requests' traces are recorded by whoever began them */
  constructor(origin: string, app: App, gateway: Gateway, sampled = false) {
    this.#pool = new Pool(origin, {
      pipelining: 1,
      keepAliveTimeout: 600_000,
      keepAliveMaxTimeout: 600_000,
    });
    this.#sampled = sampled;
    this.#app = app;
    this.#gateway = gateway;
  }

  /**
   * The answer as a value, always the same user's. A program's first answers are slow, on a busy machine too slow to be whole: what was late for its
   * deadline is asked for again.
   * @throws Error when it is no 200, or late again and again
   */
  async page(): Promise<{ readonly value: unknown; readonly bytes: number }> {
    let last = "";
    for (let tries = 0; tries < 50; tries += 1) {
      const { method, path, headers, body } = this.#gateway.request(this.#app, { user: benchUser(0) });
      const { statusCode, body: answer } = await this.#pool.request({ method, path, headers, body });
      const text = await answer.text();
      const late = statusCode === 504 || text.includes('"reason":"timeout"');
      if (statusCode === 200 && !late) return { value: JSON.parse(text), bytes: Buffer.byteLength(text) };
      last = `${path}, got ${statusCode}: ${text.slice(0, 500)}`;
      if (!late) break;
    }
    throw new Error(`expected a page from ${last}`);
  }

  /** How many pages were asked for, but for those of `page`. */
  get asked(): number {
    return this.#asked;
  }

  /** One request; never fails for what was answered. @throws Error when the connection breaks */
  ask(): Promise<Answered> {
    this.#asked += 1;
    const { method, path, headers, body } = this.#gateway.request(this.#app, { sampled: this.#sampled });
    return new Promise((resolve, reject) => {
      this.#pool.dispatch({ method, path, headers, body }, new Counting(resolve, reject));
    });
  }

  /**
   * Asks for so many pages, with so many under way at any time.
   * @param bytes what a whole page has
   * @returns how many answers were not whole: a machine that pauses a program for longer than its deadline gets degraded pages
   */
  async pages(count: number, inFlight: number, bytes: number): Promise<number> {
    let asked = 0;
    let broken = 0;
    const worker = async (): Promise<void> => {
      while (asked < count) {
        asked += 1;
        const answer = await this.ask();
        if (answer.status !== 200 || answer.bytes !== bytes) broken += 1;
      }
    };
    await Promise.all(Array.from({ length: Math.min(count, inFlight) }, worker));
    return broken;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

class Counting implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answered) => void;
  readonly #reject: (error: Error) => void;
  #status = 0;
  #bytes = 0;

  constructor(resolve: (answer: Answered) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {
    // Nobody aborts a request of the load.
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, bytes: this.#bytes });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
