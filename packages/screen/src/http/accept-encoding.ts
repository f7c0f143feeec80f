/** How much a client wants a coding, 0 to 1; 0 is not at all. */
export type Weights = (coding: string) => number;

/** A coding or `*`, and its weight (RFC 9110, sections 12.4.2 and 12.5.3). */
const PREFERENCE = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i;

/**
 * Reads `Accept-Encoding`. A coding that it neither names nor covers with `*` is not wanted; but `identity` is what is left when all else
 * fails, unless the client says otherwise. Without the header a client would have to take anything: those that can say so.
 *
 * A preference that is not well-formed is none, and of a coding that stands twice the first counts.
 */
export function weightsOf(header: string | undefined): Weights {
  const weights = new Map<string, number>();
  for (const preference of header?.split(",") ?? []) {
    const [, coding, weight = "1"] = PREFERENCE.exec(preference) ?? [];
    const name = coding?.toLowerCase();
    if (name !== undefined && !weights.has(name)) weights.set(name, Math.min(1, Number(weight)));
  }
  return (coding) => weights.get(coding) ?? weights.get("*") ?? (coding === "identity" ? LEAST : 0);
}

/** The smallest weight that can be written is 0.001: what is wanted at all is wanted more. */
const LEAST = 0.0001;
