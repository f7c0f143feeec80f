import { Type } from "typebox";
import { command } from "../upstreams.ts";
import { orderPage } from "./order-page.ts";
import { CancelReason } from "./schemas.ts";

/** Cancels an order and answers the order page's data. */
export const cancelOrder = command({
  name: "cancel-order",
  path: "/orders/:orderId/cancel",
  summary: "Cancel an order that has not shipped",
  deadlineMs: 800,
  body: Type.Object({ reason: CancelReason }, { additionalProperties: false }),
  run: ({ orders }, { params, body, idempotencyKey }) =>
    orders.cancel(params.orderId, { reason: body.reason, idempotencyKey }),
  answer: { screen: orderPage, section: "order" },
  redirectTo: ({ orderId }) => `/orders/${orderId}`,
});
