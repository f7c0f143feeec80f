/**
 * What the schema's types are while resolvers work on them: the values of the domain clients. Only
 * fields that the schema names are sent to a client.
 */
import type { Money, Product } from "@triptych/domain-clients/catalog";
import type { CancelReason, Order, OrderLine, OrderStatus } from "@triptych/domain-clients/orders";
import type { RecommendationReason, Slot } from "@triptych/domain-clients/recommendations";
import type { LoyaltyTier } from "@triptych/domain-clients/users";

/** The user: all other fields of `Viewer` ask a service. */
export type ViewerParent = { readonly userId: string };
/** `product` asks the catalog for its product id. */
export type RecommendationParent = Slot;
/** Its members have the schema's names. */
export type OrderParent = Order;
/** `product` asks the catalog for its product id. */
export type OrderLineParent = OrderLine;
/** `imageUrl`, `rating` and `inStock` are made of its members. */
export type ProductParent = Product;
/** `amount` in minor units of `currency`. */
export type MoneyParent = Money;
/** See `ORDER_STATUSES`. */
export type OrderStatusParent = OrderStatus;
/** See `LOYALTY_TIERS`. */
export type LoyaltyTierParent = LoyaltyTier;
/** See `RECOMMENDATION_REASONS`. */
export type RecommendationReasonParent = RecommendationReason;

/** A contract's values under their names in capitals: all of them, and no others. */
type InCapitals<Value extends string> = { readonly [Name in Value as Uppercase<Name>]: Name };

/** The schema's names of the order service's statuses. */
export const ORDER_STATUSES: InCapitals<OrderStatus> = {
  PLACED: "placed",
  PAID: "paid",
  PACKED: "packed",
  SHIPPED: "shipped",
  DELIVERED: "delivered",
  CANCELLED: "cancelled",
  RETURNED: "returned",
  UNKNOWN: "unknown",
};

/** The schema's names of the user service's tiers. */
export const LOYALTY_TIERS: InCapitals<LoyaltyTier> = {
  NONE: "none",
  BRONZE: "bronze",
  SILVER: "silver",
  GOLD: "gold",
  UNKNOWN: "unknown",
};

/** The schema's names of why a product is recommended. */
export const RECOMMENDATION_REASONS: InCapitals<RecommendationReason> = {
  BOUGHT_TOGETHER: "bought_together",
  VIEWED: "viewed",
  POPULAR: "popular",
  SIMILAR_USERS: "similar_users",
  UNKNOWN: "unknown",
};

/** Not among the resolvers: an argument keeps its GraphQL name until `cancelOrder` looks it up. */
export const CANCEL_REASONS: InCapitals<CancelReason> = {
  CHANGED_MIND: "changed_mind",
  FOUND_CHEAPER: "found_cheaper",
  TOO_SLOW: "too_slow",
  OTHER: "other",
};
