import { imageAddress } from "@triptych/screen/address";
import { instantIn } from "@triptych/screen/format";
import { isUpstreamError } from "@triptych/upstream-client";
import type {
  MoneyResolvers,
  MutationCancelOrderArgs,
  MutationResolvers,
  OrderLineResolvers,
  OrderResolvers,
  ProductResolvers,
  QueryOrderArgs,
  QueryProductArgs,
  QueryResolvers,
  RecommendationResolvers,
  Resolvers,
  ViewerResolvers,
} from "../generated/resolvers.ts";
import { loadOrders } from "./order-pages.ts";
import { served } from "./partner-request.ts";
import { SafeInt, representableOrders } from "./representable.ts";
import { CANCEL_REASONS, LOYALTY_TIERS, ORDER_STATUSES, RECOMMENDATION_REASONS } from "./types.ts";
import type { OrderLineParent, RecommendationParent } from "./types.ts";

/** How many there are where a client passes null; the same as the schema's default. */
const DEFAULT_ORDERS = 10;
const DEFAULT_RECOMMENDATIONS = 8;

/**
 * Wide enough for a partner's product tile: a larger image wastes bytes, a smaller one is
 * blurred.
 */
const TILE_WIDTH = 480;

/** From the identity, without a call: a failed service never removes the viewer. */
const viewer = ((_parent, _args, { request: { userId } }) => ({
  userId,
})) satisfies QueryResolvers["viewer"];

/**
 * Another user's order is null exactly as a missing one is: the order service answers 404 to
 * both.
 */
const order = served(
  ({ orders }, { id }: QueryOrderArgs) => orNullWhereMissing(orders.get(id)),
  (found) => found,
) satisfies QueryResolvers["order"];

const product = served(
  (services, { id }: QueryProductArgs) => services.product(id),
  (found) => found,
) satisfies QueryResolvers["product"];

const cancelOrder = served(
  ({ orders }, { id, reason, idempotencyKey }: MutationCancelOrderArgs) =>
    orders.cancel(id, { reason: CANCEL_REASONS[reason], idempotencyKey }),
  (cancelled) => cancelled,
) satisfies MutationResolvers["cancelOrder"];

const Viewer: ViewerResolvers = {
  id: ({ userId }) => userId,
  name: served(
    ({ users }) => users.me(),
    (user) => user.name.display,
  ),
  loyaltyTier: served(
    ({ users }) => users.me(),
    (user) => user.loyalty.tier,
  ),
  timeZone: served(
    ({ users }) => users.me(),
    (user) => user.timeZone ?? null,
  ),
  orders: served(
    ({ orders }, { first, after }: { first?: number | null; after?: string | null | undefined }) =>
      loadOrders(orders, { first: first ?? DEFAULT_ORDERS, after }),
    (page, request, info) => {
      const answered = representableOrders(page, info);
      if (answered.edges.length < page.edges.length) {
        request.leftOut(info, "orders", "an order holds a number that the client's fields cannot represent");
      }
      return answered;
    },
  ),
  recommendations: served(
    ({ recommendations }, { first }: { first?: number | null }) =>
      recommendations.list({ limit: first ?? DEFAULT_RECOMMENDATIONS }),
    (slots) => slots,
  ),
};

const Order: OrderResolvers = { placedAt: ({ placedAt }) => instantIn(undefined, placedAt) };

const OrderLine: OrderLineResolvers = {
  product: served(
    (services, _args, { productId }: OrderLineParent) => services.product(productId),
    (found) => found,
  ),
};

const Recommendation: RecommendationResolvers = {
  product: served(
    (services, _args, { productId }: RecommendationParent) => services.product(productId),
    (found) => found,
  ),
};

const Product: ProductResolvers = {
  imageUrl: ({ images }, _args, { request }) => imageAddress(images, TILE_WIDTH, request),
  rating: ({ rating }) => rating.average,
  // A status that the contract does not list yet promises nothing.
  inStock: ({ stock }) => stock.status === "in_stock" || stock.status === "low",
};

/** A client chooses by the field whether it can read more than 32 bits. */
const Money: MoneyResolvers = { amountMinor: ({ amount }) => amount };

/** Every field that is not just the member of the same name in what a service answered. */
export const resolvers: Resolvers = {
  Query: { viewer, order, product },
  Mutation: { cancelOrder },
  Viewer,
  Order,
  OrderLine,
  Recommendation,
  Product,
  Money,
  SafeInt,
  OrderStatus: ORDER_STATUSES,
  LoyaltyTier: LOYALTY_TIERS,
  RecommendationReason: RECOMMENDATION_REASONS,
};

async function orNullWhereMissing<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (isUpstreamError(error) && error.rejection === "not-found") return null;
    throw error;
  }
}
