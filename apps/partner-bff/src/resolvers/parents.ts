import type { Money, Product } from "@triptych/domain-clients/catalog";
import type { Order, OrderLine, OrderStatus } from "@triptych/domain-clients/orders";
import type { RecommendationReason, Slot } from "@triptych/domain-clients/recommendations";
import type { LoyaltyTier } from "@triptych/domain-clients/users";

// What each type of the schema is while resolvers work on it: what the domain clients answered. Only the fields that the schema
// names can leave the process.
export type ViewerParent = { readonly id: string };
export type RecommendationParent = Slot;
export type OrderParent = Order;
export type OrderLineParent = OrderLine;
export type ProductParent = Product;
export type MoneyParent = Money;
export type OrderStatusParent = OrderStatus;
export type LoyaltyTierParent = LoyaltyTier;
export type RecommendationReasonParent = RecommendationReason;
