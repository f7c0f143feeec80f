/** What a link needs of time, ms. */
export type LinkClock = {
  now(): number;
  after(ms: number, fire: () => void): void;
};

export const machineClock: LinkClock = {
  now: () => performance.now(),
  after: (ms, fire) => void setTimeout(fire, ms),
};

/** A segment's payload, and what IP and TCP add to it with timestamps, bytes. */
const SEGMENT = 1_448;
const OVERHEAD = 52;

/**
 * One direction of a network: bytes leave at a rate, one after the other whichever connection they belong to, and arrive a fixed time later.
 * They are cut into segments, so that two connections share the rate.
 */
export class Link {
  readonly #kbps: number;
  readonly #delayMs: number;
  readonly #clock: LinkClock;
  /** What is on its way, in the order of its arrival. */
  readonly #underWay: { readonly at: number; readonly arrived: () => void }[] = [];
  #freeAt = 0;
  /** Payload that was sent into it. */
  bytes = 0;

  /** @param options.delayMs from the last bit's leaving to its arrival */
  constructor(options: { readonly kbps: number; readonly delayMs: number; readonly clock: LinkClock }) {
    this.#kbps = options.kbps;
    this.#delayMs = options.delayMs;
    this.#clock = options.clock;
  }

  /**
   * Sends bytes, and says of each segment when it is there.
   * @param notBefore when they may begin to leave
   */
  send(bytes: Buffer, notBefore: number, arrived: (segment: Buffer) => void): void {
    for (let from = 0; from < bytes.length; from += SEGMENT) {
      const segment = bytes.subarray(from, from + SEGMENT);
      this.bytes += segment.length;
      this.#deliver(segment.length + OVERHEAD, notBefore, () => arrived(segment));
    }
  }

  /** Sends word that no more comes, behind what was sent. */
  end(notBefore: number, arrived: () => void): void {
    this.#deliver(OVERHEAD, notBefore, arrived);
  }

  #deliver(size: number, notBefore: number, arrived: () => void): void {
    const now = this.#clock.now();
    // kbit/s are bits a millisecond.
    this.#freeAt = Math.max(now, notBefore, this.#freeAt) + (size * 8) / this.#kbps;
    this.#underWay.push({ at: this.#freeAt + this.#delayMs, arrived });
    if (this.#underWay.length === 1) this.#wait();
  }

  /** One timer at a time: two that are due in the same millisecond may fire in either order. */
  #wait(): void {
    const [first] = this.#underWay;
    if (first === undefined) return;
    this.#clock.after(Math.max(0, Math.ceil(first.at - this.#clock.now())), () => this.#arrive());
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
