import { Type } from "typebox";
import { command } from "../upstreams.ts";
import { order } from "./order.ts";
import { readerOf } from "./reader.ts";
import { CancelReason } from "./schemas.ts";

/** Cancels an order and answers the mobile order. */
export const cancelOrder = command({
  name: "cancel-order",
  path: "/orders/:orderId/cancel",
  summary: "Cancel an order that has not shipped",
  deadlineMs: 800,
  body: Type.Object({ reason: CancelReason }, { additionalProperties: false }),
  run: async ({ orders }, { params, body, idempotencyKey }, tryLoad) => {
    const [cancelled, reader] = await Promise.all([
      orders.cancel(params.orderId, { reason: body.reason, idempotencyKey }),
      readerOf(tryLoad),
    ]);
    return { order: cancelled, reader };
  },
  answer: { screen: order, section: "order" },
});
