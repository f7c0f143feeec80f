/** The part of a program's clock that tokens need, which only know dates. */
export interface WallClock {
  /** Milliseconds since 1970. */
  wallNow(): number;
}

/** The machine's date. */
export const systemClock: WallClock = { wallNow: () => Date.now() };

/** Whole seconds since 1970, as `iat` and `exp` count (RFC 7519, section 2: NumericDate). */
export function secondsOf(clock: WallClock): number {
  return Math.floor(clock.wallNow() / 1000);
}
