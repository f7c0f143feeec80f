import type { Product } from "@triptych/domain-clients/catalog";
import type { Order } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";

const SHOP_OPENED = "2026-03-04T05:06:07Z";
const EUR = "EUR";

/** What the services of a test know. */
export type Data = { readonly orders: readonly Order[]; readonly recommended: readonly string[] };

/** Two orders of user 42, newest first, one of user 43, and two recommended products. */
export const SMALL: Data = {
  orders: [order("o-2", ["p-1", "p-2"]), order("o-1", ["p-1"]), { ...order("o-9", ["p-9"]), userId: "43" }],
  recommended: ["p-3", "p-4"],
};

export function user(id: string): User {
  const url = "https://images.example/a.webp";
  return {
    id,
    email: "ada@example.org",
    name: { given: "Ada", family: "Lovelace", display: "Ada Lovelace" },
    avatar: { small: url, medium: url, large: url },
    addresses: [],
    loyalty: { tier: "gold", points: 1_200 },
    preferences: { currency: EUR, newsletter: false },
    createdAt: SHOP_OPENED,
    updatedAt: SHOP_OPENED,
  };
}

/** An order of user 42 with a line for each product. */
export function order(id: string, productIds: readonly string[]): Order {
  const money = { amount: 1_000, currency: EUR };
  return {
    id,
    userId: "42",
    number: `SO-2026-${id}`,
    status: "placed",
    placedAt: SHOP_OPENED,
    lines: productIds.map((productId) => ({
      productId,
      title: `Bought ${productId}`,
      quantity: 2,
      unitPrice: { amount: 500, currency: EUR },
      lineTotal: money,
    })),
    subtotal: money,
    shippingCost: { amount: 0, currency: EUR },
    tax: { amount: 0, currency: EUR },
    total: money,
    shipment: null,
    fraudScore: 0.7,
  };
}

export function product(id: string): Product {
  return {
    id,
    sku: `SKU-${id}`,
    title: `Product ${id}`,
    brand: "Acme",
    category: "things",
    price: { amount: 999, currency: EUR },
    images: [240, 960, 480].map((width) => ({
      url: `https://images.example/${id}-${width}.webp`,
      width,
      height: width,
    })),
    rating: { average: 4.5, count: 12 },
    stock: { status: "in_stock" },
    supplier: { margin: "secret" },
    updatedAt: SHOP_OPENED,
  };
}
