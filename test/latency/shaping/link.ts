import type { Clock } from "@triptych/service-kit";

/** What a link needs of time. */
export type LinkClock = Pick<Clock, "now" | "setTimer">;

/** The payload of a segment, and what IP and TCP add to it with timestamps, in bytes. */
const SEGMENT = 1_448;
const OVERHEAD = 52;

/**
 * One direction of a network. Bytes of all connections leave one after the other at a rate, and
 * arrive a fixed time later. They are cut into segments, so that two connections share the rate.
 */
export class Link {
  readonly #kbps: number;
  readonly #delayMs: number;
  readonly #clock: LinkClock;
  /** What is on its way, in order of arrival. */
  readonly #underWay: { readonly at: number; readonly arrived: () => void }[] = [];
  #freeAt = 0;
  /** The payload that was sent so far. */
  bytes = 0;

  /** @param options.delayMs how long a bit is on its way */
  constructor(options: { readonly kbps: number; readonly delayMs: number; readonly clock: LinkClock }) {
    this.#kbps = options.kbps;
    this.#delayMs = options.delayMs;
    this.#clock = options.clock;
  }

  /**
   * Sends bytes, and tells when each segment has arrived.
   * @param notBefore when they may begin to leave
   */
  send(bytes: Buffer, notBefore: number, arrived: (segment: Buffer) => void): void {
    for (let from = 0; from < bytes.length; from += SEGMENT) {
      const segment = bytes.subarray(from, from + SEGMENT);
      this.bytes += segment.length;
      this.#deliver(segment.length + OVERHEAD, notBefore, () => arrived(segment));
    }
  }

  /** Sends the end of a connection, after what was sent before. */
  end(notBefore: number, arrived: () => void): void {
    this.#deliver(OVERHEAD, notBefore, arrived);
  }

  #deliver(size: number, notBefore: number, arrived: () => void): void {
    const now = this.#clock.now();
    // kbit/s are bits per millisecond.
    this.#freeAt = Math.max(now, notBefore, this.#freeAt) + (size * 8) / this.#kbps;
    this.#underWay.push({ at: this.#freeAt + this.#delayMs, arrived });
    if (this.#underWay.length === 1) this.#wait();
  }

  /** One timer at a time: two that are due in the same millisecond may fire in either order. */
  #wait(): void {
    const [first] = this.#underWay;
    if (first === undefined) return;
    const ms = Math.max(0, Math.ceil(first.at - this.#clock.now()));
    this.#clock.setTimer(ms, () => this.#arrive());
  }

  #arrive(): void {
    const now = this.#clock.now();
    for (;;) {
      const [first] = this.#underWay;
      if (first === undefined || first.at > now) break;
      this.#underWay.shift();
      first.arrived();
    }
    this.#wait();
  }
}
