import { hash } from "node:crypto";

/** A strong entity tag (RFC 9110, 8.8.3) of a body: equal bytes, equal tag. */
export function etagOf(body: string): string {
  return `"${hash("sha1", body, "base64url")}"`;
}

/** The quoted part, which is all that a weak comparison looks at. */
const OPAQUE_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Whether `If-None-Match` names the tag: a list or `*`, by weak comparison (RFC 9110, 13.1.2). */
export function isNoneMatchHit(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  const named: readonly string[] = ifNoneMatch.match(OPAQUE_TAG) ?? [];
  return named.includes(etag);
}
