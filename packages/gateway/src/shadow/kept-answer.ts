import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import type { Failure } from "../forward/failure.ts";
import type { Fields } from "../forward/headers.ts";
import type { Flow, Receiver } from "../forward/send-request.ts";
import type { Compared } from "./differences.ts";

/** Bytes of an answer, as it came and inflated: five times what a screen may have. */
export const MOST_BYTES = 131_072;

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/;
const INFLATE = new Map([
  ["br", promisify(brotliDecompress)],
  ["gzip", promisify(gunzip)],
]);

/** How an answer ended. */
export type End = "whole" | "too-large" | Failure;

/** Keeps an answer in memory, to compare it. */
export class KeptAnswer implements Receiver {
  readonly #settled = Promise.withResolvers<End>();
  readonly done = this.#settled.promise;
  #status = 0;
  #headers: Fields = {};
  #chunks: Buffer[] = [];
  #bytes = 0;
  #end: End | undefined;

  /**
   * Whether it says something of its version. What is degraded says something of the services, and
   * pages in HTML hold what is new in each.
   */
  get isComparable(): boolean {
    const isWhole = ![204, 206, 304].includes(this.#status);
    return isWhole && !this.hasFailed && !this.isDegraded && JSON_TYPE.test(this.#field("content-type"));
  }

  get hasFailed(): boolean {
    return this.#status >= 500;
  }

  /** Of a screen: whether parts of it are missing. */
  get isDegraded(): boolean {
    return ["degraded", "failed"].includes(this.#field("screen-outcome"));
  }

  begun(status: number, headers: Fields): void {
    this.#status = status;
    this.#headers = headers;
  }

  data(chunk: Buffer, flow: Pick<Flow, "abort">): void {
    if (this.#end !== undefined) return;
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes <= MOST_BYTES) return;
    this.#over("too-large");
    flow.abort(new Error(`more than ${MOST_BYTES} bytes`));
  }

  ended(): void {
    this.#over("whole");
  }

  failed(failure: Failure): void {
    this.#over(failure);
  }

  /** @returns undefined where it cannot be inflated, or is too large then */
  async compared(): Promise<Compared | undefined> {
    const inflate = INFLATE.get(this.#field("content-encoding"));
    const body = Buffer.concat(this.#chunks, this.#bytes);
    try {
      const text = inflate === undefined ? body : await inflate(body, { maxOutputLength: MOST_BYTES });
      return { status: this.#status, headers: this.#headers, text: text.toString("utf8") };
    } catch {
      return undefined;
    }
  }

  #field(name: string): string {
    return [this.#headers[name] ?? []].flat().join(", ");
  }

  #over(end: End): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    if (end !== "whole") this.#chunks = [];
    this.#settled.resolve(end);
  }
}
