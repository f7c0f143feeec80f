import type { Resolvers } from "../generated/resolvers.ts";
import { LoyaltyTier, OrderStatus, RecommendationReason } from "./enums.ts";
import { OrderLine, cancelOrder, order } from "./orders.ts";
import { Product, Recommendation, product } from "./products.ts";
import { Viewer, viewer } from "./viewer.ts";

/** All that is not the plain picking of a field from what a service answered. */
export const resolvers: Resolvers = {
  Query: { viewer, order, product },
  Mutation: { cancelOrder },
  Viewer,
  OrderLine,
  Recommendation,
  Product,
  OrderStatus,
  LoyaltyTier,
  RecommendationReason,
};
