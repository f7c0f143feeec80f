import type { QueryResolvers, ViewerResolvers } from "../generated/resolvers.ts";
import { loadOrders } from "./order-pages.ts";
import { served } from "./served.ts";

/** How many there are where a client asks for null of them; the same as the schema's default. */
const DEFAULT_ORDERS = 10;
const DEFAULT_RECOMMENDATIONS = 8;

/** From the identity alone, so that there is always a viewer. */
export const viewer = ((_parent, _args, { request }) => ({
  id: request.userId,
})) satisfies QueryResolvers["viewer"];

export const Viewer: ViewerResolvers = {
  name: served(
    ({ users }) => users.me(),
    (user) => user.name.display,
  ),
  loyaltyTier: served(
    ({ users }) => users.me(),
    (user) => user.loyalty.tier,
  ),
  orders: served(
    ({ orders }, { first, after }: { first?: number | null; after?: string | null | undefined }) =>
      loadOrders(orders, { first: first ?? DEFAULT_ORDERS, after }),
    (page) => page,
  ),
  recommendations: served(
    ({ recommendations }, { first }: { first?: number | null }) =>
      recommendations.list({ limit: first ?? DEFAULT_RECOMMENDATIONS }),
    (slots) => slots,
  ),
};
