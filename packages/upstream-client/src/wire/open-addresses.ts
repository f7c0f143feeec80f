import { Pool, buildConnector } from "undici";
import { Address, Addresses } from "./addresses.ts";
import type { AddressesOptions } from "./addresses.ts";
import { Connection } from "./connection.ts";
import { rememberingLookup } from "./dns-memory.ts";

/** Gives up a connect that no call's end gave up: undici's timer, coarse, and only there so that none is left for ever, ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Idle sockets are dropped after this long, ms, unless the upstream's `Keep-Alive` header says how long it waits: servers
 * usually wait 5 s or more (Node's own default was 5 s for years), and undici's timer may be a second late.
 */
const IDLE_SOCKET_MS = 3_000;

/** … and this much before the time that the upstream announced, ms, for the same lateness and the way there. */
const IDLE_MARGIN_MS = 2_000;

/** However long the upstream says it waits, a socket idle for a minute is not worth keeping, ms. */
const LONGEST_IDLE_MS = 60_000;

/**
 * Makes the pools of an upstream's origins. A pool has no limit of its own: the bulkhead is the limit.
 * @throws TypeError naming the upstream, when an origin is not one
 */
export function openAddresses(origins: readonly string[], options: AddressesOptions): Addresses {
  if (origins.length === 0)
    throw new TypeError(`${options.upstream}: expected at least one address, got none`);
  const open = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, lookup: rememberingLookup() });
  const addresses = origins.map((text) => {
    const origin = originOf(text, options.upstream);
    const pool = new Pool(origin, {
      pipelining: 1,
      keepAliveTimeout: IDLE_SOCKET_MS,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
      keepAliveMaxTimeout: LONGEST_IDLE_MS,
      factory: (url, clientOptions) => new Connection(url, clientOptions, open),
    });
    return new Address(origin, pool);
  });
  return new Addresses(addresses, options);
}

function originOf(text: string, upstream: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `${upstream}: expected an address such as http://127.0.0.1:9001, got ${JSON.stringify(text)}`,
    );
  }
  if (url.href !== `${url.origin}/`) {
    throw new TypeError(
      `${upstream}: an address is an origin, without user, path or query, but this is ${JSON.stringify(text)}`,
    );
  }
  return url.origin;
}
