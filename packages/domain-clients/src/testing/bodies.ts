/** Bodies that keep to the contracts, made for each call, as readers replace values in place. */
const money = (amount: number): object => ({ amount, currency: "EUR" });

export type Body = Record<string, unknown>;

export function orderBody(changes: Body = {}): Body {
  return {
    id: "o-1",
    userId: "7",
    number: "SO-2026-004711",
    status: "shipped",
    placedAt: "2026-11-20T10:15:00Z",
    lines: [{ productId: "p-1", title: "Lamp", quantity: 2, unitPrice: money(1000), lineTotal: money(2000) }],
    subtotal: money(2000),
    shippingCost: money(490),
    tax: money(398),
    total: money(2490),
    shipment: { carrier: "Post", trackingNumber: "T1", estimatedDelivery: "2026-11-25" },
    payment: { method: "card", last4: null },
    ...changes,
  };
}

export function userBody(changes: Body = {}): Body {
  return {
    id: "7",
    email: "ada@example.org",
    phone: null,
    name: { given: "Ada", family: "Lovelace", display: "Ada L." },
    avatar: { small: "https://img/s", medium: "https://img/m", large: "https://img/l" },
    addresses: [
      { id: "a", kind: "billing", line1: "1 Street", city: "London", postcode: "N1", country: "GB" },
    ],
    loyalty: { tier: "gold", points: 1200 },
    preferences: { currency: "EUR", newsletter: false },
    createdAt: "2021-03-04T00:00:00Z",
    updatedAt: "2026-01-01T00:00:00.123+01:00",
    ...changes,
  };
}

export function productBody(id: string, changes: Body = {}): Body {
  return {
    id,
    sku: `sku-${id}`,
    title: "Lamp",
    subtitle: null,
    brand: "Lux",
    category: "lighting",
    price: money(999),
    images: [{ url: "https://img/1.jpg", width: 480, height: 480 }],
    rating: { average: 4.5, count: 12 },
    stock: { status: "in_stock" },
    attributes: { colour: "red" },
    updatedAt: "2026-01-01T00:00:00Z",
    ...changes,
  };
}

export function rankedBody(slots: readonly (readonly [rank: number, id: string, kind: string])[]): Body {
  return {
    slots: slots.map(([rank, id, kind]) => ({ rank, product: { id }, because: { kind, productId: null } })),
    model: { name: "m" },
  };
}

export function flatListBody(items: readonly (readonly [id: string, reason?: string])[]): Body {
  return {
    items: items.map(([productId, reason], index) => ({
      productId,
      score: 1 - index / 10,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}
