/** The longest request target, in characters: more than any of our pages with any of its parameters needs. */
const MAX_TARGET = 4_096;

/** Visible ASCII without what the URI syntax leaves out (RFC 3986, section 2): no quotes, spaces, `\`, `#`, `[`. */
const TARGET =
  /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?[\]-]|%[0-9A-Fa-f]{2})*)?$/;

/** Spellings that two machines on the way may read as two paths: `.`, `/`, `\`, `;` and controls, encoded or not. */
const AMBIGUOUS = /\/\/|\/\.{1,2}(?:\/|$)|;|%(?:2e|2f|5c|3b|25|[01][0-9a-f]|7f)/i;

/** A request's target in its parts, as it is forwarded. */
export interface RequestPath {
  readonly path: string;
  /** Without the question mark; "" where there is none. */
  readonly query: string;
}

/**
 * Splits a request target (RFC 9112, section 3.2) that has one meaning for everybody. `undefined` for any other,
 * the absolute form among them: which host is meant is the proxy's to decide, and a path that walks up, or hides a
 * slash, is nobody's to guess.
 */
export function readTarget(target: string): RequestPath | undefined {
  if (target.length > MAX_TARGET || !TARGET.test(target)) return undefined;
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  if (AMBIGUOUS.test(path)) return undefined;
  return { path, query: mark === -1 ? "" : target.slice(mark + 1) };
}
