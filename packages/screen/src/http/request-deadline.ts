const WHOLE_MS = /^\d{1,9}$/;

/**
 * How long this request may take: the screen's own deadline, or what the caller in front says is left of its own if that is
 * less. It never lengthens ours; a header that is not a number of milliseconds counts as none.
 */
export function deadlineMsOf(screenMs: number, header: string | string[] | undefined): number {
  if (typeof header !== "string" || !WHOLE_MS.test(header)) return screenMs;
  return Math.min(screenMs, Number(header));
}
