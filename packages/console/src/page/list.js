/** A request that takes longer is slow, ms: what a person begins to notice. */
export const SLOW_MS = 300;

/** As many as the console keeps. */
const MOST = 1_000;

/** What the list says of a request that an open breaker kept from asking. */
const BREAKER_OPEN = "breaker open";

/** Of those shown, the one to see before one is chosen: the newest with something wrong. */
export function firstToSee(requests) {
  const isWrong = ({ outcome }) => outcome !== "complete";
  const first =
    requests.find(isWrong) ??
    requests.find(({ durationMs, trouble }) => trouble.length > 0 || durationMs > SLOW_MS) ??
    requests[0];
  if (!first?.trouble.includes(BREAKER_OPEN)) return first;
  // What opened the breaker is in one of the same screen that did ask.
  const asked = ({ screen, trouble }) => screen === first.screen && !trouble.includes(BREAKER_OPEN);
  return requests.find((one) => isWrong(one) && asked(one)) ?? first;
}

/**
 * Puts what came of some traces in place of what was known of these. A gateway's span comes before
 * those of the app behind it; then its request is the app's, under another key.
 */
export function replaced(known, more) {
  const traces = new Set(more.map(({ traceId }) => traceId));
  return [...known.filter(({ traceId }) => !traces.has(traceId)), ...more];
}

/** The newest first, as many as are kept. */
export function newest(requests) {
  return requests.toSorted((one, other) => (one.at < other.at ? 1 : -1)).slice(0, MOST);
}
