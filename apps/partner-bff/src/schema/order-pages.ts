import type { Order, Orders } from "@triptych/domain-clients/orders";

/**
 * Where a page of orders starts: `skip` orders after the start of an upstream page (`from`; null:
 * the newest order). The order service gives a cursor only for the end of a page, and a
 * connection has one at every edge.
 */
type OrderPosition = { readonly from: string | null; readonly skip: number };

const NEWEST: OrderPosition = { from: null, skip: 0 };

/** The most orders that the service gives in one page, so no cursor of ours skips more. */
const MAX_SKIP = 100;

/** Characters. Longer than any cursor that the order service makes; it is sent in a URL. */
const MAX_FROM_LENGTH = 1_024;

/** A cursor for a client: opaque, in base64url. */
export function toOrderCursor({ from, skip }: OrderPosition): string {
  return Buffer.from(JSON.stringify([skip, from])).toString("base64url");
}

/** The position, or undefined where the text is not a cursor of ours. */
export function fromOrderCursor(cursor: string): OrderPosition | undefined {
  const position = read(Buffer.from(cursor, "base64url").toString("utf8"));
  // Buffer skips what is not base64url; a text with such characters is not a cursor either.
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

type Edge = { readonly cursor: string; readonly node: Order };

/** An `OrderConnection` of the schema. */
export type OrderPage = {
  readonly edges: readonly Edge[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** Edges of one upstream page, and where the next order is; undefined where there is none. */
type Stretch = { readonly edges: readonly Edge[]; readonly next: OrderPosition | undefined };

/**
 * A page of the user's orders, newest first.
 *
 * A client that goes on from each page's `endCursor` costs one call a page. Only a cursor from the
 * middle of a page may need a second call: the service gives at most 100 orders, and those before
 * the cursor are among them.
 *
 * @param page `first`: 1 to 50; `after`: a cursor of ours
 * @throws TypeError when `after` is not a cursor of ours: the limits refuse it first
 */
export async function loadOrders(
  orders: Orders,
  page: { readonly first: number; readonly after?: string | null | undefined },
): Promise<OrderPage> {
  const position = typeof page.after === "string" ? fromOrderCursor(page.after) : NEWEST;
  // The limits refuse such a request before any resolver runs.
  if (position === undefined) throw new TypeError("after must be a cursor of ours: check it first");

  let { edges, next } = await stretch(orders, position, page.first);
  // At most once: a service that gives short pages must not make us loop.
  if (next !== undefined && edges.length < page.first) {
    const rest = await stretch(orders, next, page.first - edges.length);
    edges = [...edges, ...rest.edges];
    next = rest.next;
  }
  // A page without edges, because orders were left out of it, has a cursor to go on from too.
  const endCursor = next === undefined ? (edges.at(-1)?.cursor ?? null) : toOrderCursor(next);
  return { edges, pageInfo: { hasNextPage: next !== undefined, endCursor } };
}

async function stretch(orders: Orders, { from, skip }: OrderPosition, count: number): Promise<Stretch> {
  const limit = Math.min(MAX_SKIP, skip + count);
  const page = await orders.list({ limit, cursor: from ?? undefined });
  const nextPage = page.nextCursor === null ? undefined : { from: page.nextCursor, skip: 0 };
  // At the page's end use the next page's cursor: it stays right when new orders arrive.
  const positionOf = (index: number) => (index < page.orders.length ? { from, skip: index } : nextPage);

  const end = Math.min(limit, page.orders.length);
  const edges = page.orders.slice(skip, end).map((node, index) => {
    const after = skip + index + 1;
    return { node, cursor: toOrderCursor(positionOf(after) ?? { from, skip: after }) };
  });
  return { edges, next: positionOf(Math.max(skip, end)) };
}
