import type { Dispatcher } from "undici";
import type { Clock } from "../clock.ts";
import type { Telemetry } from "../telemetry.ts";

/** Consecutive failures after which an address is left out. Envoy's default (outlier detection, `consecutive_5xx`). */
const EJECT_AFTER_FAILURES = 5;

/** An address is left out for this long, ms, times the number of times that it was; Envoy has 30 s, a screen's users less patience. */
const EJECTION_MS = 10_000;

/** No ejection is longer, ms: Envoy's `max_ejection_time`. */
const LONGEST_EJECTION_MS = 300_000;

/** One of an upstream's addresses, with the pool of its connections and its health as seen from here. */
export class Address {
  readonly origin: string;
  readonly pool: Dispatcher;
  consecutiveFailures = 0;
  /** Times that it was ejected without having behaved since. */
  ejections = 0;
  ejectedUntil: number | undefined;
  /** When its last ejection ended or will end, on the clock; only meaningful once it was ejected. */
  lastEjectionEnd = 0;

  constructor(origin: string, pool: Dispatcher) {
    this.origin = origin;
    this.pool = pool;
  }
}

export type AddressesOptions = {
  readonly upstream: string;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

/**
 * An upstream's addresses, taken in turn. One that fails five times in a row is left out for 10 s times the number of
 * times it was left out before, and never more than half of them at once: when most fail, the fault is not theirs, and
 * the rest would drown (Envoy, outlier detection: `max_ejection_percent`).
 */
export class Addresses {
  readonly #all: readonly Address[];
  readonly #options: AddressesOptions;
  #next = 0;
  #ejected = 0;

  constructor(addresses: readonly Address[], options: AddressesOptions) {
    this.#all = addresses;
    this.#options = options;
  }

  /** The next address in turn; another than `avoid`, on which this call failed just before, where there is one. */
  pick(avoid: Address | undefined): Address {
    if (this.#ejected > 0) this.#takeBack();
    let fallback: Address | undefined;
    for (let tried = 0; tried < this.#all.length; tried += 1) {
      const address = this.#all[this.#next];
      this.#next = (this.#next + 1) % this.#all.length;
      if (address === undefined || address.ejectedUntil !== undefined) continue;
      if (address !== avoid) return address;
      fallback = address;
    }
    if (fallback === undefined) throw new RangeError("an upstream needs at least one address");
    return fallback;
  }

  succeeded(address: Address): void {
    address.consecutiveFailures = 0;
  }

  failed(address: Address): void {
    address.consecutiveFailures += 1;
    if (address.consecutiveFailures < EJECT_AFTER_FAILURES || address.ejectedUntil !== undefined) return;
    if (this.#ejected + 1 > this.#all.length / 2) return;
    const { clock, telemetry, upstream } = this.#options;
    const now = clock.now();
    if (hasBehaved(address, now)) address.ejections = 0;
    address.ejections += 1;
    const forMs = Math.min(LONGEST_EJECTION_MS, EJECTION_MS * address.ejections);
    address.ejectedUntil = now + forMs;
    address.lastEjectionEnd = now + forMs;
    this.#ejected += 1;
    telemetry.emit("ejection", { upstream, address: address.origin, change: "ejected", forMs });
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ pool }) => pool.close()));
  }

  #takeBack(): void {
    const { clock, telemetry, upstream } = this.#options;
    for (const address of this.#all) {
      if (address.ejectedUntil === undefined || clock.now() < address.ejectedUntil) continue;
      address.ejectedUntil = undefined;
      address.consecutiveFailures = 0;
      this.#ejected -= 1;
      telemetry.emit("ejection", { upstream, address: address.origin, change: "returned", forMs: 0 });
    }
  }
}

/** It was left out before and did well since for at least as long, so its record is clean. */
function hasBehaved({ ejections, lastEjectionEnd }: Address, now: number): boolean {
  return now - lastEjectionEnd >= EJECTION_MS * ejections;
}
