import type { Order, Orders } from "@triptych/domain-clients/orders";
import { MAX_SKIP, NEWEST, fromOrderCursor, toOrderCursor } from "./order-cursor.ts";
import type { OrderPosition } from "./order-cursor.ts";

type Edge = { readonly cursor: string; readonly node: Order };

export type OrderPage = {
  readonly edges: readonly Edge[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** Edges of one upstream page, and where the order after them stands; undefined where there is none. */
type Stretch = { readonly edges: readonly Edge[]; readonly next: OrderPosition | undefined };

/**
 * A page of the user's orders, newest first.
 *
 * From page to page by `endCursor`, it is one call. Only a cursor from the middle of a page may need a second one: the service gives
 * at most 100 orders a call, and those before the cursor are among them.
 *
 * @param page `first`: 1 to 50; `after`: a cursor of ours, checked before
 */
export async function loadOrders(
  orders: Orders,
  page: { readonly first: number; readonly after?: string | null | undefined },
): Promise<OrderPage> {
  const position = typeof page.after === "string" ? fromOrderCursor(page.after) : NEWEST;
  // Such a request was refused before any resolver ran; if it was not, that check is gone.
  if (position === undefined) throw new TypeError("after must be a cursor of ours: check it first");

  let { edges, next } = await stretch(orders, position, page.first);
  // Once: a service that goes on giving short pages must not keep us going.
  if (next !== undefined && edges.length < page.first) {
    const rest = await stretch(orders, next, page.first - edges.length);
    edges = [...edges, ...rest.edges];
    next = rest.next;
  }
  return { edges, pageInfo: { hasNextPage: next !== undefined, endCursor: edges.at(-1)?.cursor ?? null } };
}

async function stretch(orders: Orders, { from, skip }: OrderPosition, count: number): Promise<Stretch> {
  const limit = Math.min(MAX_SKIP, skip + count);
  const page = await orders.list({ limit, cursor: from ?? undefined });
  const nextPage = page.nextCursor === null ? undefined : { from: page.nextCursor, skip: 0 };
  // From the order at this index on, it is the next upstream page's start, which stays right when new orders come.
  const positionOf = (index: number) => (index < page.orders.length ? { from, skip: index } : nextPage);

  const end = Math.min(limit, page.orders.length);
  const edges = page.orders.slice(skip, end).map((node, index) => {
    const after = skip + index + 1;
    return { node, cursor: toOrderCursor(positionOf(after) ?? { from, skip: after }) };
  });
  return { edges, next: positionOf(Math.max(skip, end)) };
}
