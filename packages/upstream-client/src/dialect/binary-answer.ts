import { Readable } from "node:stream";
import type { ReceivedHeaders } from "./headers.ts";

/** Streams that are longer are cut off, bytes: 100 MiB. They take no memory, but time. */
export const DEFAULT_MAX_STREAM_BYTES = 104_857_600;

/** Bytes of a stream that wait for a slow reader before the service has to wait. */
const STREAM_BUFFER_BYTES = 65_536;

/**
 * An answer that is not read but streams on: a document, a picture. The upstream's rules hold until
 * its last byte: the call's deadline, its place in the bulkhead, and a limit of bytes.
 */
export class BinaryAnswer {
  /** As the service says it, with its parameters. */
  readonly mediaType: string;
  /** Its size, where the service says it. */
  readonly bytes: number | undefined;
  /**
   * The bytes, as fast as they are read. It fails with an `UpstreamError` when the service does not
   * send all of them in time. Destroy it when it is not wanted any more.
   */
  readonly body: Readable;
  #isReceived = false;
  #onReceived: (() => void) | undefined;

  /**
   * @param flow.read called when the reader wants more
   * @param flow.abandon called when the reader wants no more
   */
  constructor(headers: ReceivedHeaders, flow: { readonly read: () => void; readonly abandon: () => void }) {
    const length = headers["content-length"];
    this.mediaType = String(headers["content-type"]);
    this.bytes = typeof length === "string" ? Number(length) : undefined;
    this.body = new Readable({
      highWaterMark: STREAM_BUFFER_BYTES,
      read: flow.read,
      destroy: (error, callback) => {
        flow.abandon();
        callback(error);
      },
    });
    // Whoever reads it gets the error; without a reader it must not end the process.
    this.body.on("error", () => undefined);
  }

  /** Calls back once, when no more bytes come from the service; at once if that is so already. */
  whenReceived(then: () => void): void {
    if (this.#isReceived) then();
    else this.#onReceived = then;
  }

  /** No more bytes come: they are all here, or `error` says why not. */
  received(error: Error | undefined): void {
    if (error === undefined) this.body.push(null);
    else this.body.destroy(error);
    this.#isReceived = true;
    this.#onReceived?.();
  }
}

/** Whether a media type is one of those that a contract lists; `image/*` and such count. */
export function isListed(mediaType: string, listed: readonly string[]): boolean {
  const essence = essenceOf(mediaType);
  return listed.map(essenceOf).some((one) => {
    return one === essence || one === "*/*" || (one.endsWith("/*") && essence.startsWith(one.slice(0, -1)));
  });
}

function essenceOf(mediaType: string): string {
  const [essence = ""] = mediaType.split(";");
  return essence.trim().toLowerCase();
}
