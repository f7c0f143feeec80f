import { CLOCK_SKEW_S, MAX_LIFETIME_S, systemClock } from "./claims.ts";
import type { Identity, LifeClock } from "./claims.ts";

/**
 * The guard's answer: `first` is a new identity, `replayed` was used before, and `full` means that
 * there is no room to remember it.
 */
export type ReplayVerdict = "first" | "replayed" | "full";

/** Remembers which identities were used, so that an intercepted request cannot be sent again. */
export interface ReplayGuard {
  /** Uses an identity up, by its `requestId`. It must be verified: remembering it costs memory. */
  use(identity: Pick<Identity, "requestId">): ReplayVerdict;
  /** How many are remembered. */
  readonly size: number;
}

/** 2,800 unsafe requests a second for 70 s, more than one process answers; takes about 30 MB. */
const DEFAULT_MAX_ENTRIES = 200_000;

/** In seconds. No verifier accepts an identity for longer than this while the date runs evenly. */
const LEAST_MEMORY_S = MAX_LIFETIME_S + 2 * CLOCK_SKEW_S;

/**
 * Forgotten at once: V8 walks over what was deleted from a Map's front each time it starts there.
 */
const FORGOTTEN_AT_ONCE = 1_000;

/**
 * Makes a guard that remembers in this process: of several processes behind a balancer, each
 * accepts an identity once.
 *
 * An identity is remembered for at least 70 s on the monotonic clock, and then as long as there is
 * room: a date that goes back makes old identities valid again. A date that was wrong for a moment
 * fills nothing. When the memory is full of what may still be valid, new identities are refused
 * and none is forgotten early: only the gateway can fill the memory, and a forgotten identity could
 * be replayed.
 *
 * @param options.clock default the machine's
 * @param options.maxEntries default 200,000
 */
export function createReplayGuard(options: {
  readonly clock?: LifeClock;
  readonly maxEntries?: number;
}): ReplayGuard {
  const { clock = systemClock, maxEntries = DEFAULT_MAX_ENTRIES } = options;
  /** In which monotonic second each was used, the oldest first. */
  const used = new Map<string, number>();

  function makeRoom(nowS: number): void {
    const least = used.size - FORGOTTEN_AT_ONCE;
    for (const [id, usedAtS] of used) {
      if (nowS - usedAtS <= LEAST_MEMORY_S || used.size <= least) return;
      used.delete(id);
    }
  }

  return {
    use({ requestId }) {
      if (used.has(requestId)) return "replayed";
      const nowS = Math.floor(clock.now() / 1_000);
      if (used.size >= maxEntries) makeRoom(nowS);
      if (used.size >= maxEntries) return "full";
      used.set(requestId, nowS);
      return "first";
    },
    get size() {
      return used.size;
    },
  };
}
