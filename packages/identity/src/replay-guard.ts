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
  use(identity: Pick<Identity, "requestId" | "expiresAtS">): ReplayVerdict;
  /** How many are remembered. */
  readonly size: number;
}

/** 2,800 unsafe requests a second for 70 s, more than one process answers; takes about 30 MB. */
const DEFAULT_MAX_ENTRIES = 200_000;

/**
 * In ms. No verifier accepts an identity for longer than this from now, whatever the clocks say.
 */
const LONGEST_MEMORY_MS = (MAX_LIFETIME_S + 2 * CLOCK_SKEW_S) * 1_000;

/**
 * Makes a guard that remembers in this process: of several processes behind a balancer, each
 * accepts an identity once.
 *
 * An identity is remembered as long as a verifier would accept it, on the monotonic clock: a date
 * that was wrong for a moment must not fill the memory for as long as it was wrong. When the memory
 * is full, new identities are refused and none is forgotten early: only the gateway can fill the
 * memory, and a forgotten identity could be replayed.
 *
 * @param options.clock the verifier's; default the machine's
 * @param options.maxEntries default 200,000
 */
export function createReplayGuard(options: {
  readonly clock?: LifeClock;
  readonly maxEntries?: number;
}): ReplayGuard {
  const { clock = systemClock, maxEntries = DEFAULT_MAX_ENTRIES } = options;
  const used = new Set<string>();
  /** The same ids, by the monotonic second in which they can be forgotten: at most 70 lists. */
  const bySecond = new Map<number, string[]>();
  let forgottenUntil = Number.NEGATIVE_INFINITY;

  function forget(nowS: number): void {
    if (nowS <= forgottenUntil) return;
    forgottenUntil = nowS;
    for (const [second, ids] of bySecond) {
      if (second > nowS) continue;
      for (const id of ids) used.delete(id);
      bySecond.delete(second);
    }
  }

  return {
    use({ requestId, expiresAtS }) {
      const now = clock.now();
      forget(Math.floor(now / 1_000));
      if (used.has(requestId)) return "replayed";
      if (used.size >= maxEntries) return "full";
      used.add(requestId);
      const acceptedMs = (expiresAtS + CLOCK_SKEW_S) * 1_000 - clock.wallNow();
      const second = Math.ceil((now + Math.min(acceptedMs, LONGEST_MEMORY_MS)) / 1_000);
      const ids = bySecond.get(second);
      if (ids === undefined) bySecond.set(second, [requestId]);
      else ids.push(requestId);
      return "first";
    },
    get size() {
      return used.size;
    },
  };
}
