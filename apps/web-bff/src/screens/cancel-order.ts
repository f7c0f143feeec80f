import { Type } from "typebox";
import { command } from "../upstreams.ts";
import { TIME_ZONE_MS, orderPage } from "./order-page.ts";
import { CancelReason } from "./schemas.ts";
import { timeZoneOf } from "./time-zone.ts";

/** Cancels an order and answers the order page's data. */
export const cancelOrder = command({
  name: "cancel-order",
  path: "/orders/:orderId/cancel",
  summary: "Cancel an order that has not shipped",
  deadlineMs: 800,
  body: Type.Object({ reason: CancelReason }, { additionalProperties: false }),
  run: async ({ orders }, { params, body, idempotencyKey }, tryLoad) => {
    const [order, timeZone] = await Promise.all([
      orders.cancel(params.orderId, { reason: body.reason, idempotencyKey }),
      timeZoneOf(tryLoad, TIME_ZONE_MS),
    ]);
    return { order, timeZone };
  },
  answer: { screen: orderPage, section: "order" },
  redirectTo: ({ orderId }) => `/orders/${orderId}`,
});
