import { pino } from "pino";
import type { DestinationStream } from "pino";

/** How long a line may wait to be written together with others, in milliseconds. */
const GATHER_MS = 10;
/** So many bytes leave at once. */
const ENOUGH_BYTES = 8_192;

/**
 * Standard output for the log, without blocking the event loop when its reader is slow. Lines are
 * gathered for a moment and written together by the thread pool, because a write of its own for
 * each line was 8% of a home page's CPU time. What is gathered is written when the process exits by
 * itself, a crash included; only a SIGKILL loses it.
 */
export class StandardOutput implements DestinationStream {
  readonly #stream = pino.destination({ dest: 1, sync: false, minLength: ENOUGH_BYTES });
  /** Whether what is gathered is due to leave. */
  #leaving = false;

  write(line: string): void {
    this.#stream.write(line);
    if (this.#leaving) return;
    this.#leaving = true;
    setTimeout(() => {
      this.#leaving = false;
      this.#stream.flush();
    }, GATHER_MS);
  }

  /** Calls back when everything written so far has left. */
  flush(done: (error?: Error) => void): void {
    this.#stream.flush(done);
  }

  /** Nobody reads: from here on nothing is waited for, not even at exit. */
  giveUp(): void {
    this.#stream.flushSync = () => undefined;
  }
}
