/**
 * Where a page of orders starts: so many orders after an upstream page's start (null: the newest order). The orders service gives a cursor only
 * at the end of a page, and a connection has one at every edge.
 */
export type OrderPosition = { readonly from: string | null; readonly skip: number };

/** The newest order. */
export const NEWEST: OrderPosition = { from: null, skip: 0 };

/** The most that a cursor skips: a cursor of ours never stands further into one upstream page. */
export const MAX_SKIP = 100;

/** Longer than any cursor that the orders service makes; it goes into a URL. */
const MAX_FROM_LENGTH = 1_024;

/** One opaque word of base64url. */
export function toOrderCursor({ from, skip }: OrderPosition): string {
  return Buffer.from(JSON.stringify([skip, from])).toString("base64url");
}

/** The position, or undefined where the text is no cursor of ours. */
export function fromOrderCursor(cursor: string): OrderPosition | undefined {
  const position = read(Buffer.from(cursor, "base64url").toString("utf8"));
  // Compared as a whole: what Buffer skips while it decodes is no cursor either.
  return position !== undefined && toOrderCursor(position) === cursor ? position : undefined;
}

function read(text: string): OrderPosition | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [skip, from]: unknown[] = parts;
  if (typeof skip !== "number" || !Number.isInteger(skip) || skip < 0 || skip > MAX_SKIP) return undefined;
  if (from === null) return { from, skip };
  return typeof from === "string" && from.length <= MAX_FROM_LENGTH ? { from, skip } : undefined;
}
