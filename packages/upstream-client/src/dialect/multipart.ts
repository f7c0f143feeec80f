import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { InvalidCallError } from "../errors.ts";
import { formPairs } from "./form.ts";
import type { FormStyles } from "./form.ts";

/** A file that streams from somewhere: a client's upload, or another service's answer. */
export type FileStream = {
  readonly stream: AsyncIterable<Uint8Array>;
  /** The file's name, as the service sees it. */
  readonly name: string;
  /** Its media type. Default `application/octet-stream`. */
  readonly type?: string;
  /**
   * Its size, where it is known: some services need the whole body's length. A stream that has
   * another size cannot be sent.
   */
  readonly bytes?: number;
};

/** What may be sent as a file: `openAsBlob(path)` of `node:fs` makes a Blob that streams. */
export type Upload = Blob | Uint8Array<ArrayBuffer> | FileStream;

type Part = { readonly head: Buffer; readonly body: Buffer | Blob | FileStream };

const END_OF_LINE = "\r\n";

/**
 * A body as `multipart/form-data` (RFC 7578). Its files are read while it is sent, and only as fast
 * as the service takes them.
 */
export class MultipartBody {
  /** The media type, with the boundary. */
  readonly type: string;
  /** In bytes; undefined where a file's size is not known. */
  readonly length: number | undefined;
  /** Whether it can be sent again: not if a file streams. */
  readonly isRepeatable: boolean;
  /** Why a file could not be read, once that happened. */
  sourceError: Error | undefined;
  readonly #parts: readonly Part[];
  readonly #end: Buffer;

  /** @throws InvalidCallError when an integer may have been rounded, or a file's type is not one */
  constructor(operation: string, body: object, styles: FormStyles = {}) {
    const boundary = `triptych-${randomUUID()}`;
    this.type = `multipart/form-data; boundary=${boundary}`;
    this.#parts = Object.entries(body).flatMap(([name, value]) =>
      [value].flat().flatMap((item) => partsOf(operation, boundary, name, item, styles)),
    );
    this.#end = Buffer.from(`--${boundary}--${END_OF_LINE}`);
    this.isRepeatable = this.#parts.every((part) => !isStream(part.body));
    const lengths = this.#parts.map((part) => part.head.length + lengthOf(part.body) + END_OF_LINE.length);
    const sum = lengths.reduce((total, length) => total + length, this.#end.length);
    this.length = Number.isNaN(sum) ? undefined : sum;
  }

  /** The bytes. A stream that is destroyed closes the file that it was reading. */
  stream(): Readable {
    return Readable.from(this.#bytes(), { objectMode: false });
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    for (const { head, body } of this.#parts) {
      yield head;
      if (Buffer.isBuffer(body)) yield body;
      else yield* this.#file(isStream(body) ? body : { stream: body.stream(), bytes: body.size });
      yield Buffer.from(END_OF_LINE);
    }
    yield this.#end;
  }

  async *#file({ stream, bytes }: Pick<FileStream, "stream" | "bytes">): AsyncGenerator<Uint8Array> {
    let sent = 0;
    try {
      for await (const chunk of stream) {
        sent += chunk.length;
        if (sent > (bytes ?? sent)) break;
        yield chunk;
      }
      // Else the connection would fail, as if it were the service's fault.
      if (sent !== (bytes ?? sent)) throw new RangeError("a file does not have the size that it was given");
    } catch (error) {
      this.sourceError = error instanceof Error ? error : new TypeError("a file's stream failed");
      throw this.sourceError;
    }
  }
}

function lengthOf(body: Part["body"]): number {
  if (Buffer.isBuffer(body)) return body.length;
  return isStream(body) ? (body.bytes ?? Number.NaN) : body.size;
}

function isStream(body: Part["body"]): body is FileStream {
  return "stream" in body && typeof body.stream !== "function";
}

function partsOf(
  operation: string,
  boundary: string,
  name: string,
  value: unknown,
  styles: FormStyles,
): Part[] {
  const head = (disposition: string, type?: string): Buffer => {
    if (type !== undefined && !/^[\w.!#$&^+-]+\/[\x20-\x7e]+$/.test(type))
      throw new InvalidCallError(`${operation}: the type of the file ${name} is no media type`);
    const lines = [
      `--${boundary}`,
      `Content-Disposition: form-data; ${disposition}`,
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    ];
    return Buffer.from(`${lines.join(END_OF_LINE)}${END_OF_LINE}${END_OF_LINE}`);
  };
  const file = (fileName: string, type: string): Buffer =>
    head(`name="${escaped(name)}"; filename="${escaped(fileName)}"`, type || "application/octet-stream");
  if (value instanceof Uint8Array) return [{ head: file(name, ""), body: Buffer.from(value) }];
  if (value instanceof Blob) {
    return [{ head: file(value instanceof File ? value.name : name, value.type), body: value }];
  }
  if (isFileStream(value)) return [{ head: file(value.name, value.type ?? ""), body: value }];
  return [...formPairs(operation, name, value, styles[name])].map(([key, text]) => ({
    head: head(`name="${escaped(key)}"`),
    body: Buffer.from(text),
  }));
}

function isFileStream(value: unknown): value is FileStream {
  if (typeof value !== "object" || value === null || !("stream" in value) || !("name" in value)) return false;
  const { stream } = value;
  return typeof stream === "object" && stream !== null && Symbol.asyncIterator in stream;
}

/** As browsers write names (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function escaped(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
