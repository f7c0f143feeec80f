import { Type } from "typebox";
import type { Order } from "@triptych/domain-clients/orders";
import type { ScreenInput } from "@triptych/screen";
import { formatDay, formatMoney } from "@triptych/screen/format";
import { required, screen } from "../upstreams.ts";
import { readerOf } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { OrderStatus, Price } from "./schemas.ts";

const OrderDetails = Type.Object({
  id: Type.String(),
  number: Type.String(),
  status: OrderStatus,
  placed: Type.String({
    description:
      "12 Nov 2026, in the user's locale: the day in the user's time zone, where the users service knows one, else in UTC",
  }),
  total: Price,
  lines: Type.Array(Type.Object({ title: Type.String(), quantity: Type.Integer() })),
  canCancel: Type.Boolean(),
});

type LoadedOrder = { readonly order: Order; readonly reader: Reader };

/** One order, formatted for the user. */
export const order = screen({
  name: "order",
  path: "/orders/:orderId",
  summary: "One order of the user's",
  budget: { deadlineMs: 800, upstreamCalls: 2, bytes: 2_000 },
  sections: {
    order: required({
      schema: OrderDetails,
      load: async ({ orders }, { params }: ScreenInput<"orderId">, tryLoad): Promise<LoadedOrder> => {
        const [found, reader] = await Promise.all([orders.get(params.orderId), readerOf(tryLoad)]);
        return { order: found, reader };
      },
      shape: ({ order, reader }) => ({
        ...order,
        placed: formatDay(order.placedAt, reader.locale, reader.timeZone),
        total: formatMoney(order.total, reader.locale),
        canCancel: canCancel(order),
      }),
    }),
  },
});

function canCancel({ status }: Order): boolean {
  return status === "placed" || status === "paid" || status === "packed";
}
