import { Type } from "typebox";

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

/** Why a user cancels: the values that the orders service accepts. */
export const CancelReason = Type.Union([
  Type.Literal("changed_mind"),
  Type.Literal("found_cheaper"),
  Type.Literal("too_slow"),
  Type.Literal("other"),
]);

/** A formatted price, so that no app needs a table of currencies. */
export const Price = Type.String({ description: "In the user's locale: €9.99" });
