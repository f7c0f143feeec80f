import { Type } from "typebox";
import type { Order } from "@triptych/domain-clients/orders";
import type { ScreenInput } from "@triptych/screen";
import { instantIn } from "@triptych/screen/format";
import { cardImage } from "./cards.ts";
import { optional, required, screen } from "../upstreams.ts";
import { Money, OrderStatus } from "./schemas.ts";
import { Instant, timeZoneOf } from "./time-zone.ts";

const OrderDetails = Type.Object({
  id: Type.String(),
  number: Type.String(),
  status: OrderStatus,
  placedAt: Instant,
  canCancel: Type.Boolean(),
  subtotal: Money,
  shippingCost: Money,
  tax: Money,
  total: Money,
  lines: Type.Array(
    Type.Object({
      productId: Type.String(),
      title: Type.String(),
      quantity: Type.Integer(),
      unitPrice: Money,
      discount: Type.Union([Money, Type.Null()], {
        description: "What is taken off the line: `quantity` times `unitPrice`, less this, is `lineTotal`",
      }),
      lineTotal: Money,
    }),
  ),
  shipment: Type.Union([
    Type.Object({
      carrier: Type.String(),
      trackingNumber: Type.String(),
      estimatedDelivery: Type.String({ description: "A date" }),
    }),
    Type.Null(),
  ]),
});

/**
 * What the catalog says about the ordered products now; one that it no longer knows is left out.
 */
const OrderedProducts = Type.Union([
  Type.Array(
    Type.Object({
      productId: Type.String(),
      title: Type.String(),
      imageUrl: Type.String(),
      inStock: Type.Boolean(),
    }),
  ),
  Type.Null(),
]);

/** Milliseconds: enough for a slow answer, and it leaves a screen of 800 ms time to do without. */
export const TIME_ZONE_MS = 300;

type LoadedOrder = { readonly order: Order; readonly timeZone: string | undefined };

/** One order, with today's state of its products. */
export const orderPage = screen({
  name: "order-page",
  path: "/orders/:orderId",
  summary: "One order of the user's",
  budget: { deadlineMs: 800, upstreamCalls: 3, bytes: 8_000 },
  sections: {
    order: required({
      schema: OrderDetails,
      load: async ({ orders }, { params }: ScreenInput<"orderId">, tryLoad): Promise<LoadedOrder> => {
        const [order, timeZone] = await Promise.all([
          orders.get(params.orderId),
          timeZoneOf(tryLoad, TIME_ZONE_MS),
        ]);
        return { order, timeZone };
      },
      shape: ({ order, timeZone }) => ({
        ...order,
        placedAt: instantIn(timeZone, order.placedAt),
        canCancel: canCancel(order),
        lines: order.lines.map((line) => ({ ...line, discount: discountOf(line) })),
      }),
    }),
    products: optional({
      schema: OrderedProducts,
      fallback: null,
      load: async ({ orders, catalog }, { params }: ScreenInput<"orderId">) => {
        const order = await orders.get(params.orderId);
        return catalog.products(order.lines.map((line) => line.productId));
      },
      shape: (products, input) =>
        products.map((product) => ({
          productId: product.id,
          title: product.title,
          imageUrl: cardImage(product, input),
          inStock: product.stock.status === "in_stock" || product.stock.status === "low",
        })),
    }),
  },
});

/** Null where there is none. */
function discountOf({ discount }: Order["lines"][number]): Money | null {
  return discount === undefined || discount.amount === 0 ? null : discount;
}

function canCancel({ status }: Order): boolean {
  return status === "placed" || status === "paid" || status === "packed";
}
