/**
 * Whether parsed JSON holds a whole number beyond 2^53 - 1 anywhere. Such a number was rounded when
 * it was parsed, to `Infinity` from 1.8e308 on: as an id it may name another thing (RFC 7493,
 * section 2.2: send it as text).
 */
export function holdsInexactNumber(json: unknown): boolean {
  // Not recursive: a client chooses how deep its JSON is.
  const open: unknown[] = [json];
  while (open.length > 0) {
    const value = open.pop();
    if (value === Infinity || value === -Infinity) return true;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) return true;
    if (typeof value !== "object" || value === null) continue;
    for (const member of Object.values(value)) open.push(member);
  }
  return false;
}
