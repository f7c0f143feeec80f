import { Type } from "typebox";

/** An order's status; `unknown` is one that this BFF does not know yet. */
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

/** Why a user cancels, as the orders service takes it. */
export const CancelReason = Type.Union([
  Type.Literal("changed_mind"),
  Type.Literal("found_cheaper"),
  Type.Literal("too_slow"),
  Type.Literal("other"),
]);

/** Ready to be shown, so that no app needs tables of currencies. */
export const Price = Type.String({ description: "In the user's locale: €9.99" });
