/** `plain`: letters, digits, `_` and `-`. `opaque`: any text that can be one segment of a path. */
export type Ids = "plain" | "opaque";

/**
 * What a plain path parameter must match, so that no value can add a path segment, go up one, or
 * name another host.
 */
export const PATH_PARAMETER = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Values that are no segment even when they are encoded: an empty one is another path, and URL
 * parsers take `.` and `..` away (RFC 3986, section 5.2.4).
 */
const NO_SEGMENT: ReadonlySet<unknown> = new Set(["", ".", ".."]);

/** A path parameter as it is sent; undefined for a value that must not be. */
export function pathSegment(value: unknown, ids: Ids): string | undefined {
  if (typeof value !== "string") return undefined;
  if (ids === "plain") return PATH_PARAMETER.test(value) ? value : undefined;
  // toWellFormed: encodeURIComponent throws on a lone surrogate.
  return NO_SEGMENT.has(value) ? undefined : encodeURIComponent(value.toWellFormed());
}

/** What `pathSegment` expects, for messages. */
export const EXPECTED_SEGMENT: Readonly<Record<Ids, string>> = {
  plain: `must match ${PATH_PARAMETER.source}`,
  opaque: 'must not be "", "." or ".."',
};
