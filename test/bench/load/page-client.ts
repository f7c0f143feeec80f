import { Pool } from "undici";
import { benchUser } from "./gateway.ts";
import type { GatewayRequest } from "./gateway.ts";

/** Makes the next request, another user's each time unless it is told whose. */
type MakeRequest = (user?: string) => GatewayRequest;

/** What became of a request. Its body was read and counted, not kept. */
export type Answer = {
  /** 0 for a connection that was refused or broke. */
  readonly status: number;
  readonly retryAfter: boolean;
  /** Of the body. */
  readonly bytes: number;
};

/** Keeps a process busy all the time, and is few enough for its bulkheads and deadlines. */
const PEAK_IN_FLIGHT = 32;
const PEAK_WARM_UP_MS = 1_000;
const PEAK_MS = 3_000;

/** A part came too late, in JSON and in the web BFF's pages. */
const LATE = /"reason":"timeout"|class="notice"/;

/** Asks one program for its home page, over connections that it keeps. */
export class PageClient {
  readonly inFlight: number;
  /** How many pages were asked for so far, except by `page`. */
  asked = 0;
  readonly #pool: Pool;
  readonly #request: MakeRequest;

  /**
   * @param options.inFlight how many pages are asked for at once, each on a connection of its own
   */
  constructor(origin: string, options: { readonly inFlight: number; readonly request: MakeRequest }) {
    const keptMs = 600_000;
    this.#pool = new Pool(origin, {
      pipelining: 1,
      keepAliveTimeout: keptMs,
      keepAliveMaxTimeout: keptMs,
    });
    this.inFlight = options.inFlight;
    this.#request = options.request;
  }

  /**
   * One user's page as a value (its text, if it is not JSON), and its size. The first answers of a
   * program on a busy machine may miss their deadline: those are asked for again.
   * @throws Error for any status but 200, or when every answer is late
   */
  async page(): Promise<{ readonly value: unknown; readonly bytes: number }> {
    let last = "";
    for (let tries = 0; tries < 50; tries += 1) {
      const { method, path, headers, body } = this.#request(benchUser(0));
      const {
        statusCode,
        headers: given,
        body: answer,
      } = await this.#pool.request({ method, path, headers, body });
      const text = await answer.text();
      const late = statusCode === 504 || LATE.test(text);
      const isJson = String(given["content-type"]).includes("json");
      if (statusCode === 200 && !late)
        return { value: isJson ? JSON.parse(text) : text, bytes: Buffer.byteLength(text) };
      last = `${path}, got ${statusCode}: ${text.slice(0, 500)}`;
      if (!late) break;
    }
    throw new Error(`expected a page from ${last}`);
  }

  /** Sends one request. Never rejects. */
  ask(): Promise<Answer> {
    this.asked += 1;
    return this.#send(this.#request());
  }

  /**
   * Opens all connections, by requests without an identity: a BFF refuses them before it calls a
   * service, so its breakers see nothing of it.
   */
  async open(): Promise<void> {
    const request: GatewayRequest = { method: "GET", path: "/", headers: {}, body: null };
    await Promise.all(Array.from({ length: this.inFlight }, () => this.#send(request)));
  }

  /** As cheap as undici allows: the load must not be what a test of overload overloads. */
  #send({ method, path, headers, body }: GatewayRequest): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    let [status, retryAfter, bytes] = [0, false, 0];
    this.#pool.dispatch(
      { method, path, headers, body },
      {
        // undici requires it.
        onRequestStart: () => undefined,
        onResponseStart(_, statusCode, fields) {
          [status, retryAfter] = [statusCode, fields["retry-after"] !== undefined];
        },
        onResponseData: (_, chunk) => void (bytes += chunk.length),
        onResponseEnd: () => resolve({ status, retryAfter, bytes }),
        onResponseError: () => resolve({ status: 0, retryAfter: false, bytes: 0 }),
      },
    );
    return promise;
  }

  /**
   * Asks for so many pages.
   * @param bytes the size of a whole page
   * @param inFlight how many at once. Default as the client was told
   * @returns how many answers were not whole: a machine that pauses a program for longer than its
   * deadline gets degraded pages
   */
  async pages(count: number, bytes: number, inFlight = this.inFlight): Promise<number> {
    let left = count;
    let broken = 0;
    const goOn = (): boolean => (left -= 1) >= 0;
    await this.#loop(Math.min(count, inFlight), goOn, (answer) => {
      if (answer.status !== 200 || answer.bytes !== bytes) broken += 1;
    });
    return broken;
  }

  /**
   * The most whole pages per second that the program answers.
   * @param bytes the size of a whole page
   */
  async peakRate(bytes: number): Promise<number> {
    let whole = 0;
    const from = performance.now() + PEAK_WARM_UP_MS;
    const to = from + PEAK_MS;
    const goOn = (): boolean => performance.now() < to;
    await this.#loop(PEAK_IN_FLIGHT, goOn, (answer) => {
      const now = performance.now();
      if (now >= from && now < to && answer.status === 200 && answer.bytes === bytes) whole += 1;
    });
    return (whole * 1_000) / PEAK_MS;
  }

  /** A closed loop: so many workers ask again as soon as they were answered. */
  async #loop(workers: number, goOn: () => boolean, take: (answer: Answer) => void): Promise<void> {
    const worker = async (): Promise<void> => {
      while (goOn()) take(await this.ask());
    };
    await Promise.all(Array.from({ length: workers }, worker));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}
