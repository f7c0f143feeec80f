import { write, writeSync } from "node:fs";
import type { DestinationStream } from "pino";

/** How long a line may wait to be written together with others, in milliseconds. */
const GATHER_MS = 10;
/** So many characters are written without waiting for more. */
const ENOUGH = 8_192;
/** The most characters that wait to be written: 5 s of 2,000 requests a second, 400 for each. */
const MAX_WAITING = 4_000_000;
/** The pause after a failed write, in milliseconds: a full pipe takes 64 KiB after each. */
const RETRY_MS = 20;
/** How long an ending process tries to write to a full pipe, and how often, in milliseconds. */
export const LAST_WRITE_MS = 100;
const LAST_PAUSE_MS = 5;

/**
 * Standard output for the log. It never blocks the process: when its reader is slow or gone, or the
 * disk is full, lines wait up to a bound, and further ones are dropped and counted. Lines are
 * gathered for a moment and written together by the thread pool, because a write for each line was
 * 8% of a home page's CPU time. What still waits is written when the process exits by itself, also
 * in a crash. Decision 13 says why this is not pino's own destination.
 */
export class StandardOutput implements DestinationStream {
  readonly #onDropped: () => void;
  /** Lines that are not yet part of a write. */
  #waiting = "";
  /** What the current write has still to write. */
  #leaving = Buffer.alloc(0);
  /** Whether the thread pool is writing. */
  #writing = false;
  #timer: NodeJS.Timeout | undefined;
  #onWritten: (() => void)[] = [];

  /** @param onDropped called for each dropped line */
  constructor(onDropped: () => void) {
    this.#onDropped = onDropped;
    process.on("exit", () => {
      // The thread pool finishes its write before the process ends.
      writeNow(`${this.#writing ? "" : this.#leaving.toString()}${this.#waiting}`);
    });
  }

  write(line: string): void {
    if (this.#leaving.length + this.#waiting.length + line.length > MAX_WAITING) {
      this.#onDropped();
      return;
    }
    this.#waiting += line;
    this.#schedule();
  }

  /** Calls back when no line waits any more. */
  flush(done: () => void): void {
    this.#onWritten.push(done);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#writing) return;
    if (this.#leaving.length > 0) {
      this.#timer ??= setTimeout(() => this.#send(), RETRY_MS).unref();
    } else if (this.#waiting === "") {
      for (const done of this.#onWritten.splice(0)) done();
    } else if (this.#waiting.length >= ENOUGH || this.#onWritten.length > 0) {
      this.#send();
    } else {
      this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
    }
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#leaving.length === 0) {
      this.#leaving = Buffer.from(this.#waiting);
      this.#waiting = "";
    }
    this.#writing = true;
    write(standardOutput(), this.#leaving, (error, bytes) => {
      this.#writing = false;
      if (error === null) this.#leaving = this.#leaving.subarray(bytes);
      this.#schedule();
    });
  }
}

/**
 * Writes to standard output before it returns, for a process that ends. @returns whether everything
 * was written; a full disk or pipe takes only a part
 */
export function writeNow(text: string): boolean {
  let left = Buffer.from(text);
  for (let pausedMs = 0; left.length > 0 && pausedMs < LAST_WRITE_MS;) {
    try {
      left = left.subarray(writeSync(standardOutput(), left));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) return false;
      pausedMs += LAST_PAUSE_MS;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_PAUSE_MS);
    }
  }
  return left.length === 0;
}

/**
 * The first use of `process.stdout` makes a pipe or a socket non-blocking. On a blocking one, a
 * write that nothing reads would hold a thread for good, and the process could not end.
 */
function standardOutput(): number {
  return process.stdout.fd;
}
