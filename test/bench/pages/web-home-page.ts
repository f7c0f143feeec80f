import type { Product } from "@triptych/domain-clients/catalog";
import type { OrdersPage } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";
import type { Page } from "./pages.ts";
import type { Products, Slots } from "./sources.ts";

const ORDERS = 3;
const SLOTS = 8;
const IMAGE_WIDTH = 480;

/** The web BFF's home page by hand: the same calls, the same JSON, no protection at all. */
export const webHomePage: Page = {
  path: "/web/home-page",
  async load({ me, orders, recommendations, products }) {
    const recommended = async () => {
      const { slots } = await recommendations(SLOTS);
      return toCards(slots, await products(slots.map((slot) => slot.product.id)));
    };
    const [user, page, cards] = await Promise.all([me(), orders(ORDERS), recommended()]);
    return toAnswer(user, page, cards);
  },
};

export function toAnswer(user: User, { orders }: OrdersPage, recommendations: ReturnType<typeof toCards>) {
  return {
    profile: {
      name: user.name.display,
      avatarUrl: user.avatar.medium,
      memberSince: user.createdAt.slice(0, 10),
      loyaltyTier: user.loyalty.tier,
      loyaltyPoints: user.loyalty.points,
    },
    recentOrders: orders.map((order) => ({
      id: order.id,
      number: order.number,
      placedAt: order.placedAt,
      status: order.status,
      total: { amount: order.total.amount, currency: order.total.currency },
      itemCount: order.lines.reduce((sum, line) => sum + line.quantity, 0),
      firstItemTitle: order.lines[0]?.title ?? "",
      estimatedDelivery: order.shipment?.estimatedDelivery ?? null,
    })),
    recommendations,
    degraded: [],
  };
}

export function toCards(slots: Slots["slots"], { products }: Products) {
  const byId = new Map(products.map((product) => [product.id, product]));
  return slots.flatMap(({ product: { id }, because }) => {
    const product = byId.get(id);
    if (product === undefined) return [];
    return {
      productId: id,
      title: product.title,
      brand: product.brand,
      imageUrl: cardImage(product),
      price: { amount: product.price.amount, currency: product.price.currency },
      rating: product.rating.average,
      because: because.kind,
    };
  });
}

function cardImage({ images }: Product): string {
  const byWidth = images.toSorted((a, b) => a.width - b.width);
  return (byWidth.find(({ width }) => width >= IMAGE_WIDTH) ?? byWidth.at(-1))?.url ?? "";
}
