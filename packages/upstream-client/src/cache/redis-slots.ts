import type { CancelTimer, Clock } from "../clock.ts";
import { LateAnswer, RedisConnection } from "./redis-connection.ts";

/** How long one read may take, ms. Node's timers may be 1 ms late, so it costs at most 5 ms. */
const READ_MS = 4;

/** How long a write may take, ms. No caller waits for it. */
const WRITE_MS = 1_000;

/**
 * After three late reads, and no read in time between them, Redis is left alone for a second, so a
 * slow one costs next to nothing. One or two late reads may be a pause of this process itself.
 */
const LATE_READS = 3;
const REST_MS = 1_000;

/** Time until deletes that Redis has not confirmed are sent again, ms. */
const RETRY_MS = 500;

/** Slots whose delete is not confirmed and that are remembered: a few MB. */
const MAX_UNCONFIRMED = 10_000;

/** How many of them one command deletes. */
const BATCH = 1_000;

/**
 * Texts in Redis, under a slot and a field of it. No caller waits longer than 5 ms, and nothing
 * throws: what goes wrong is a miss. Only a delete is never lost: until Redis has confirmed it, the
 * slot is a miss here, and the delete is sent again.
 */
export class RedisSlots {
  readonly #clock: Clock;
  readonly #connection: RedisConnection;
  #lateReads = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  /** Slot → the number of its newest delete that Redis has not confirmed. */
  readonly #unconfirmed = new Map<string, number>();
  #deletes = 0;
  #cancelRetry: CancelTimer | undefined;
  #closed = false;
  /**
   * Older texts are not to be trusted: too many deletes were lost to remember all. On the monotonic
   * clock, ms.
   */
  trustedSince = Number.NEGATIVE_INFINITY;
  /** Redis' date less the monotonic clock, ms; undefined before the first answer. */
  #ahead: number | undefined;

  /** @throws TypeError when the URL is not a Redis URL */
  constructor(url: string, clock: Clock) {
    this.#clock = clock;
    this.#connection = new RedisConnection(url, clock);
  }

  /** @returns undefined when there is no such text, and when Redis does not answer in time */
  async get(slot: string, field: string): Promise<string | undefined> {
    if (!this.#isUsable || this.#unconfirmed.has(slot)) return undefined;
    try {
      const [text, [seconds = "", microseconds = ""]] = await this.#connection.run(READ_MS, (redis) =>
        Promise.all([redis.hGet(slot, field), redis.time()]),
      );
      this.#lateReads = 0;
      this.#ahead = Number(seconds) * 1_000 + Number(microseconds) / 1_000 - this.#clock.now();
      return typeof text === "string" ? text : undefined;
    } catch (error) {
      if (error instanceof LateAnswer) this.#readWasLate();
      return undefined;
    }
  }

  /**
   * Redis' date at an instant of the monotonic clock, ms since 1970: the one date that is the same
   * for all processes. Undefined while Redis has not answered.
   */
  dateAt(instant: number): number | undefined {
    return this.#ahead === undefined ? undefined : instant + this.#ahead;
  }

  /** The instant of the monotonic clock at which Redis had this date. */
  instantOf(date: number): number {
    return date - (this.#ahead ?? Number.NaN);
  }

  /** Does not wait. @param ttlMs how long Redis keeps the slot, ms */
  set(slot: string, field: string, text: string, ttlMs: number): void {
    if (!this.#isUsable) return;
    this.#connection
      .run(WRITE_MS, (redis) => redis.multi().hSet(slot, field, text).pExpire(slot, ttlMs).exec())
      .catch(() => undefined);
  }

  /** Deletes all texts of a slot. Does not wait. */
  delete(slot: string): void {
    if (this.#closed) return;
    this.#deletes += 1;
    const isRemembered = this.#unconfirmed.size < MAX_UNCONFIRMED || this.#unconfirmed.has(slot);
    if (isRemembered) this.#unconfirmed.set(slot, this.#deletes);
    else this.trustedSince = this.#clock.now();
    void this.#sendDeletes([slot]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry?.();
    await this.#connection.close();
  }

  get #isUsable(): boolean {
    return this.#connection.isReady && this.#clock.now() >= this.#restUntil;
  }

  #readWasLate(): void {
    this.#lateReads += 1;
    if (this.#lateReads >= LATE_READS) this.#restUntil = this.#clock.now() + REST_MS;
  }

  async #sendDeletes(slots: string[]): Promise<void> {
    const sent = this.#deletes;
    try {
      await this.#connection.run(WRITE_MS, (redis) => redis.del(slots));
    } catch {
      this.#retrySoon();
      return;
    }
    for (const slot of slots) {
      if ((this.#unconfirmed.get(slot) ?? 0) <= sent) this.#unconfirmed.delete(slot);
    }
  }

  #retrySoon(): void {
    if (this.#cancelRetry !== undefined || this.#closed) return;
    const retry = (): void => {
      this.#cancelRetry = undefined;
      const slots = [...this.#unconfirmed.keys()].slice(0, BATCH);
      if (slots.length > 0) void this.#sendDeletes(slots);
      if (this.#unconfirmed.size > BATCH) this.#retrySoon();
    };
    this.#cancelRetry = this.#clock.setTimer(RETRY_MS, retry, "unref");
  }
}
