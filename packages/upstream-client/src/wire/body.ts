import { failed } from "../call.ts";
import type { CacheableResponse, Call, Outcome } from "../call.ts";
import type { Strictness } from "../dialect/strictness.ts";
import type { Telemetry } from "../events.ts";
import type { Operation, Reading } from "../operation.ts";

/**
 * A body in more pieces than this is an attack: it is 1 MiB in pieces of 64 bytes. Each piece costs
 * far more than its bytes, so a large body in single bytes would block the process.
 */
export const MAX_PIECES = 16_384;

/** One for all: a buffer costs as much as a small object of ten members. */
const NO_BYTES = Buffer.alloc(0);

/**
 * A body as it arrives. Most bodies come in one piece, which is then used as it is. Several pieces
 * are copied together as they come: a list of single bytes would take many times the body's size.
 */
export class BodyBuffer {
  #buffer: Buffer = NO_BYTES;
  /** Bytes so far, including skipped ones. */
  length = 0;
  /** Pieces so far. */
  pieces = 0;

  /** Counts a piece and drops it. */
  skip(piece: Buffer): void {
    this.length += piece.length;
    this.pieces += 1;
  }

  append(piece: Buffer): void {
    const start = this.length;
    this.skip(piece);
    if (start === 0) {
      this.#buffer = piece;
      return;
    }
    if (this.#buffer.length < this.length) {
      // At least doubled, so that each byte is copied only once or twice in total.
      const grown = Buffer.allocUnsafe(Math.max(this.length, 2 * start));
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    piece.copy(this.#buffer, start);
  }

  /** The body so far. */
  bytes(): Buffer {
    return this.#buffer.length === this.length ? this.#buffer : this.#buffer.subarray(0, this.length);
  }

  /** Drops the bytes. */
  clear(): void {
    this.#buffer = NO_BYTES;
  }
}

type Reader = { readonly upstream: string; readonly telemetry: Telemetry; readonly strictness: Strictness };

/**
 * Parses a body and checks it against the operation's contract. It returns an outcome for any body.
 */
export function readAnswer(call: Call, response: CacheableResponse, reader: Reader): Outcome {
  const { status, body } = response;
  const { operation } = call;
  const reading = readBody(operation.read, body, reader.strictness);
  if (!reading.ok) {
    return failed(call, { kind: "invalid", phase: "body", status, reason: reading.reason });
  }
  const about = { upstream: reader.upstream, operation: operation.name };
  for (const field of reading.unknownValues ?? []) reader.telemetry.emit("unknownValue", { ...about, field });
  for (const violation of reading.broken ?? [])
    reader.telemetry.emit("contractViolation", { ...about, ...violation });
  const kept = operation.cache === undefined && call.tellsHeaders !== true ? undefined : response;
  return { ok: true, value: reading.value, response: kept, stale: undefined };
}

/** Some services put it before their JSON. A parser may ignore it (RFC 8259, section 8.1). */
function startsWithByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/**
 * The answer in a JSON body, or what is wrong with it. The reason never quotes the body, which may
 * be personal data.
 */
export function readBody<Answer>(
  read: Operation<Answer>["read"],
  bytes: Buffer,
  strictness: Strictness = {},
): (Reading<Answer> & { readonly ok: true }) | { readonly ok: false; readonly reason: string } {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8", startsWithByteOrderMark(bytes) ? 3 : 0));
  } catch {
    return { ok: false, reason: `a body of ${bytes.length} bytes that is not JSON` };
  }
  let reading: Reading<Answer>;
  try {
    reading = read(body, strictness);
  } catch (error) {
    // A recursive validator runs out of stack on a body that is nested deeply enough.
    const name = error instanceof Error ? error.name : typeof error;
    return { ok: false, reason: `a body that its validator could not read (${name})` };
  }
  if (reading.ok) return reading;
  const { field, expected } = reading.violation;
  return { ok: false, reason: `it broke its contract at ${field || "/"}: ${expected}` };
}
