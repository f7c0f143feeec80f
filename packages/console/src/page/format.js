/** A time for people: `0.4 ms`, `38 ms`, `1.25 s`. */
export function ms(value) {
  if (value === null || value === undefined) return "–";
  if (value >= 1_000) return `${(value / 1_000).toFixed(2)} s`;
  return value >= 10 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;
}

/** A size for people. */
export function bytes(value) {
  if (value === null || value === undefined) return "–";
  return value >= 1_024 ? `${(value / 1_024).toFixed(1)} KiB` : `${value} B`;
}

/** A share of 1 in percent. */
export function percent(share) {
  const value = share * 100;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)}%`;
}

/** The time of day, to the second. */
export function clock(at) {
  return new Date(at).toLocaleTimeString(undefined, { hour12: false });
}

/** `1 call`, `2 calls`. */
export function count(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** What the cache did with a call, in words. */
export function cacheUse({ cache, cacheAgeMs, notKept }) {
  if (notKept !== null) return `not cacheable (${notKept})`;
  if (cache === "miss") return "cache miss";
  return cacheAgeMs === null ? cache : `${cache} ${Math.round(cacheAgeMs / 1_000)} s`;
}

/** Why a call failed, without its name: `its circuit breaker is open`; null if it is unknown. */
export function reasonOf({ note }) {
  return note === null ? null : note.replace(/^.*?: /, "");
}

/** Whether an open breaker refused a call, or its next attempt. */
export function isRefused({ note }) {
  return note !== null && note.includes("its circuit breaker is open");
}
