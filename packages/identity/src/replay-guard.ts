import { CLOCK_SKEW_S, MAX_LIFETIME_S } from "./claims.ts";
import type { Identity } from "./claims.ts";
import { secondsOf, systemClock } from "./wall-clock.ts";
import type { WallClock } from "./wall-clock.ts";

/**
 * What the guard says to a use of an identity: `first` may go on, `replayed` was used before, and `full` means that there is no room to
 * remember it.
 */
export type Use = "first" | "replayed" | "full";

/** Remembers which identities were used up, so that an intercepted request cannot be sent again. */
export interface ReplayGuard {
  /** Uses an identity up, by its `requestId`. It must have been verified: what is remembered costs memory. */
  use(identity: Pick<Identity, "requestId" | "expiresAtS">): Use;
  /** How many are remembered. */
  readonly size: number;
}

/**
 * 70 s of 2,800 unsafe requests a second, which is more than one process answers, in about 30 MB.
 */
const DEFAULT_MAX_ENTRIES = 200_000;

/** No verifier accepts an identity that lives longer than this from now, whatever the clocks say. */
const LONGEST_MEMORY_S = MAX_LIFETIME_S + 2 * CLOCK_SKEW_S;

/**
 * Makes a guard in this process's memory: of several processes behind a balancer, each accepts an identity once.
 *
 * An identity is remembered as long as a verifier would accept it: until `expiresAtS` and the clock's skew. When the memory is full, an
 * identity is refused rather than another forgotten: nobody but the gateway can fill it, and whoever could make it forget could
 * replay.
 *
 * @param options.clock the verifier's; default the machine's
 * @param options.maxEntries default 200,000
 */
export function createReplayGuard(options: {
  readonly clock?: WallClock;
  readonly maxEntries?: number;
}): ReplayGuard {
  const { clock = systemClock, maxEntries = DEFAULT_MAX_ENTRIES } = options;
  const used = new Set<string>();
  /** The same ids by the second in which they may be forgotten: at most 70 lists, so forgetting costs no search. */
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
      const nowS = secondsOf(clock);
      forget(nowS);
      if (used.has(requestId)) return "replayed";
      if (used.size >= maxEntries) return "full";
      used.add(requestId);
      const second = Math.min(expiresAtS + CLOCK_SKEW_S, nowS + LONGEST_MEMORY_S);
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
