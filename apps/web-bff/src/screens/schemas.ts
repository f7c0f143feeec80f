import { Type } from "typebox";
import type { Static } from "typebox";
import { Instant } from "./time-zone.ts";

/** `amount` in minor units of the ISO 4217 currency. */
export const Money = Type.Object({ amount: Type.Integer(), currency: Type.String() });
export type Money = Static<typeof Money>;

/** An order's status; `unknown` is any status that this BFF does not know. */
export const OrderStatus = Type.Union([
  Type.Literal("placed"),
  Type.Literal("paid"),
  Type.Literal("packed"),
  Type.Literal("shipped"),
  Type.Literal("delivered"),
  Type.Literal("cancelled"),
  Type.Literal("returned"),
  Type.Literal("unknown"),
]);
export type OrderStatus = Static<typeof OrderStatus>;

/** Why a user cancels: the values that the orders service accepts. */
export const CancelReason = Type.Union([
  Type.Literal("changed_mind"),
  Type.Literal("found_cheaper"),
  Type.Literal("too_slow"),
  Type.Literal("other"),
]);
export type CancelReason = Static<typeof CancelReason>;

/** A product's stock, without numbers. */
export const StockStatus = Type.Union([
  Type.Literal("in_stock"),
  Type.Literal("low"),
  Type.Literal("out_of_stock"),
  Type.Literal("unknown"),
]);
export type StockStatus = Static<typeof StockStatus>;

/** One of the latest orders, on a card. */
export const OrderCard = Type.Object({
  id: Type.String(),
  number: Type.String(),
  placedAt: Instant,
  status: OrderStatus,
  total: Money,
  itemCount: Type.Integer({ description: "The sum of the lines' quantities" }),
  firstItemTitle: Type.String(),
  estimatedDelivery: Type.Union([Type.String({ description: "A date" }), Type.Null()]),
});
export type OrderCard = Static<typeof OrderCard>;

/** A product that this user may like, on a card. */
export const RecommendationCard = Type.Object({
  productId: Type.String(),
  title: Type.String(),
  brand: Type.String(),
  imageUrl: Type.String({
    description:
      "The smallest image at least 480 px wide, else the largest; `/media/placeholder.svg` where there is none",
  }),
  price: Money,
  rating: Type.Number({ description: "0 to 5" }),
  because: Type.Union([
    Type.Literal("bought_together"),
    Type.Literal("viewed"),
    Type.Literal("popular"),
    Type.Literal("similar_users"),
    Type.Literal("unknown"),
  ]),
});
export type RecommendationCard = Static<typeof RecommendationCard>;
