import { Type } from "typebox";
import type { ScreenInput } from "@triptych/screen";
import { required, screen } from "../upstreams.ts";
import { toOrderCard } from "./cards.ts";
import { TIME_ZONE_MS } from "./order-page.ts";
import { OrderCard } from "./schemas.ts";
import { timeZoneOf } from "./time-zone.ts";

/** As many as a customer looks through before they ask for more. */
const ORDERS_PER_PAGE = 10;

const OrdersQuery = Type.Object({
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        "Where the page starts: the `nextCursor` of the page before. Without it: the newest orders",
    }),
  ),
});

const OrdersPage = Type.Object({
  orders: Type.Array(OrderCard, { description: "Newest first" }),
  nextCursor: Type.Union([
    Type.String({ description: "The `cursor` of the next page" }),
    Type.Null({ description: "This is the last page" }),
  ]),
});

/** All of a user's orders, page by page. */
export const ordersPage = screen({
  name: "orders-page",
  path: "/orders",
  summary: "All of the user's orders, page by page",
  query: OrdersQuery,
  budget: { deadlineMs: 800, upstreamCalls: 2, bytes: 6_000 },
  sections: {
    page: required({
      schema: OrdersPage,
      load: async ({ orders }, { query }: ScreenInput<never, typeof OrdersQuery>, tryLoad) => {
        const [page, timeZone] = await Promise.all([
          orders.list({ limit: ORDERS_PER_PAGE, cursor: query.cursor }),
          timeZoneOf(tryLoad, TIME_ZONE_MS),
        ]);
        return { page, timeZone };
      },
      shape: ({ page, timeZone }) => ({
        orders: page.orders.map((order) => toOrderCard(order, timeZone)),
        nextCursor: page.nextCursor,
      }),
    }),
  },
});
