import type { CancelReason as Reason, OrderStatus as Status } from "@triptych/domain-clients/orders";
import type { RecommendationReason as Because } from "@triptych/domain-clients/recommendations";
import type { LoyaltyTier as Tier } from "@triptych/domain-clients/users";

/** A contract's values under their names in capitals: all of them, and no other. */
type InCapitals<Value extends string> = { readonly [Name in Value as Uppercase<Name>]: Name };

export const OrderStatus: InCapitals<Status> = {
  PLACED: "placed",
  PAID: "paid",
  PACKED: "packed",
  SHIPPED: "shipped",
  DELIVERED: "delivered",
  CANCELLED: "cancelled",
  RETURNED: "returned",
  UNKNOWN: "unknown",
};

export const LoyaltyTier: InCapitals<Tier> = {
  NONE: "none",
  BRONZE: "bronze",
  SILVER: "silver",
  GOLD: "gold",
  UNKNOWN: "unknown",
};

export const RecommendationReason: InCapitals<Because> = {
  BOUGHT_TOGETHER: "bought_together",
  VIEWED: "viewed",
  POPULAR: "popular",
  SIMILAR_USERS: "similar_users",
  UNKNOWN: "unknown",
};

/** Not one of the schema's resolvers: an argument keeps its name, and is looked up here. */
export const CANCEL_REASONS: InCapitals<Reason> = {
  CHANGED_MIND: "changed_mind",
  FOUND_CHEAPER: "found_cheaper",
  TOO_SLOW: "too_slow",
  OTHER: "other",
};
