import type { Clock, Random } from "../clock.ts";
import type { Telemetry } from "../events.ts";
import { FailureStreak } from "../rules/failure-window.ts";
import type { FailedFor } from "../rules/failure-window.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { Connector } from "./connector.ts";

/**
 * Consecutive failures after which an address is ejected. Envoy's default (outlier detection,
 * `consecutive_5xx`).
 */
const EJECT_AFTER_FAILURES = 5;

/**
 * The length of a first ejection, ms; the second is twice as long, and so on. Envoy has 30 s, but
 * users of a screen do not wait that long.
 */
const EJECTION_MS = 10_000;

/** The longest ejection, ms: Envoy's `max_ejection_time`. */
const LONGEST_EJECTION_MS = 300_000;

/** One address of an upstream: its connections, and its health as this process sees it. */
export class Address {
  readonly origin: string;
  /** Before every path: "" or such as `/api/v1`. */
  readonly basePath: string;
  readonly connections: ConnectionPool;
  readonly failures = new FailureStreak();
  /** How often it was ejected since it was last healthy for long enough. */
  ejections = 0;
  ejectedUntil: number | undefined;
  /** When its last ejection ended or will end, on the clock. Meaningless before the first one. */
  lastEjectionEnd = 0;

  constructor({ origin, basePath }: Place, connections: ConnectionPool) {
    this.origin = origin;
    this.basePath = basePath;
    this.connections = connections;
  }
}

type Place = { readonly origin: string; readonly basePath: string };

type AddressesOptions = {
  readonly upstream: string;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

/**
 * An upstream's addresses, used in turn. An address that fails five times in a row, for at least
 * three users, is left out for 10 s times its number of ejections. Never more than half of the
 * addresses are left out: when most of them fail, the fault is elsewhere, and the rest would be
 * overloaded (Envoy, outlier detection: `max_ejection_percent`).
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

  /**
   * The next address in turn; not `avoid`, where this call has just failed, if there is another.
   */
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

  /** An attempt on this address was answered. */
  succeeded(address: Address): void {
    address.failures.addSuccess();
  }

  /** An attempt on this address failed, which may eject it. */
  failed(address: Address, user: FailedFor): void {
    const { clock, telemetry, upstream } = this.#options;
    const now = clock.now();
    const { failures, ejectedUntil } = address;
    failures.addFailure(now, user);
    if (failures.length < EJECT_AFTER_FAILURES || failures.widespreadSince === undefined) return;
    if (ejectedUntil !== undefined || this.#ejected + 1 > this.#all.length / 2) return;
    if (hasBehaved(address, now)) address.ejections = 0;
    address.ejections += 1;
    const forMs = Math.min(LONGEST_EJECTION_MS, EJECTION_MS * address.ejections);
    address.ejectedUntil = now + forMs;
    address.lastEjectionEnd = now + forMs;
    this.#ejected += 1;
    telemetry.emit("ejection", { upstream, address: address.origin, change: "ejected", forMs });
  }

  /** Closes idle sockets at once, and the others when their calls are done. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ connections }) => connections.close()));
  }

  #takeBack(): void {
    const { clock, telemetry, upstream } = this.#options;
    for (const address of this.#all) {
      if (address.ejectedUntil === undefined || clock.now() < address.ejectedUntil) continue;
      address.ejectedUntil = undefined;
      address.failures.addSuccess();
      this.#ejected -= 1;
      telemetry.emit("ejection", { upstream, address: address.origin, change: "returned", forMs: 0 });
    }
  }
}

/** Since its last ejection it was healthy for at least as long, so its record is clean again. */
function hasBehaved({ ejections, lastEjectionEnd }: Address, now: number): boolean {
  return now - lastEjectionEnd >= EJECTION_MS * ejections;
}

/**
 * Idle sockets are closed after this time, ms, unless the upstream's `Keep-Alive` header says how
 * long it waits. Most servers wait 5 s or more (Node's default was 5 s for years), and undici's
 * timer may be a second late.
 */
const IDLE_SOCKET_MS = 3_000;

/** With a `Keep-Alive` header, they are closed this much before the time it says, ms. */
const IDLE_MARGIN_MS = 2_000;

/** Idle sockets are never kept longer than a minute, ms, whatever the upstream says. */
const LONGEST_IDLE_MS = 60_000;

const CLIENT_OPTIONS = {
  pipelining: 1,
  keepAliveTimeout: IDLE_SOCKET_MS,
  keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
  keepAliveMaxTimeout: LONGEST_IDLE_MS,
} as const;

/**
 * Makes the connection pools of an upstream's origins.
 *
 * @throws TypeError naming the upstream, when an address is not one
 */
export function openAddresses(
  origins: readonly string[],
  options: AddressesOptions & { readonly random: Random; readonly open: Connector; readonly http2: boolean },
): Addresses {
  if (origins.length === 0)
    throw new TypeError(`${options.upstream}: expected at least one address, got none`);
  const client = { ...CLIENT_OPTIONS, allowH2: options.http2 };
  const addresses = origins.map((text) => {
    const place = placeOf(text, options.upstream);
    return new Address(place, new ConnectionPool(place.origin, client, options.open, options));
  });
  return new Addresses(addresses, options);
}

function placeOf(text: string, upstream: string): Place {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `${upstream}: expected an address such as http://127.0.0.1:9001, got ${JSON.stringify(text)}`,
    );
  }
  const { origin, pathname, href } = url;
  if (href !== `${origin}${pathname}`) {
    // Not shown: it may hold a password.
    throw new TypeError(`${upstream}: an address has no user, query or fragment`);
  }
  let basePath = pathname;
  while (basePath.endsWith("/")) basePath = basePath.slice(0, -1);
  return { origin, basePath };
}
