import type { Product } from "@triptych/domain-clients/catalog";
import type { OrdersPage } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";
import { minorUnitDigits } from "@triptych/screen/format";
import type { Sources } from "./begin.ts";

/**
 * A page written with nothing around it: four calls, of which the fourth needs the third's answer.
 */
export type Page = {
  readonly path: string;
  readonly load: (sources: Sources) => Promise<unknown>;
};

const WEB_IMAGE_WIDTH = 480;

/** The web BFF's home page: the same calls and the same JSON, without any protection. */
export const webHomePage: Page = {
  path: "/web/home-page",
  async load({ me, orders, recommendations, products }) {
    const recommended = async () => {
      const { slots } = await recommendations(8);
      const found = await products(slots.map((slot) => slot.product.id));
      const byId = new Map(found.products.map((product) => [product.id, product]));
      return slots.flatMap(({ product: { id }, because }) => {
        const product = byId.get(id);
        if (product === undefined) return [];
        return {
          productId: id,
          title: product.title,
          brand: product.brand,
          imageUrl: imageUrl(product.images, WEB_IMAGE_WIDTH),
          price: { amount: product.price.amount, currency: product.price.currency },
          rating: product.rating.average,
          because: because.kind,
        };
      });
    };
    const [user, page, cards] = await Promise.all([me(), orders(3), recommended()]);
    return {
      profile: webProfile(user),
      recentOrders: page.orders.map(webOrder),
      recommendations: cards,
      degraded: [],
    };
  },
};

function webProfile(user: User) {
  return {
    name: user.name.display,
    avatarUrl: user.avatar.medium,
    memberSince: user.createdAt.slice(0, 10),
    loyaltyTier: user.loyalty.tier,
    loyaltyPoints: user.loyalty.points,
  };
}

function webOrder(order: OrdersPage["orders"][number]) {
  return {
    id: order.id,
    number: order.number,
    placedAt: order.placedAt,
    status: order.status,
    total: { amount: order.total.amount, currency: order.total.currency },
    itemCount: order.lines.reduce((count, line) => count + line.quantity, 0),
    firstItemTitle: order.lines[0]?.title ?? "",
    estimatedDelivery: order.shipment?.estimatedDelivery ?? null,
  };
}

/**
 * As the BFF, it asks for three picks to spare: a recommended product may be gone from the catalog.
 */
const MOBILE_PICKS = 4;
const SPARE_PICKS = 3;

/** The mobile BFF's home screen, for a device of pixel ratio 1. */
export const mobileHome: Page = {
  path: "/mobile/home",
  async load({ me, orders, recommendations, products }) {
    const picked = async () => {
      const { slots } = await recommendations(MOBILE_PICKS + SPARE_PICKS);
      const found = await products(slots.map((slot) => slot.product.id));
      return found.products.slice(0, MOBILE_PICKS);
    };
    const [user, page, picks] = await Promise.all([me(), orders(2), picked()]);
    return {
      profile: { name: user.name.given, avatar: user.avatar.small },
      orders: page.orders.map(({ id, status, lines }) => ({
        id,
        status,
        title: lines[0]?.title ?? "",
        items: lines.reduce((count, line) => count + line.quantity, 0),
      })),
      picks: picks.map(({ id, title, images, price }) => ({
        id,
        title,
        image: imageUrl(images, 0),
        price: formatted(price, user.locale),
      })),
      degraded: [],
    };
  },
};

/** The smallest image that is at least so wide, else the widest. */
function imageUrl(images: Product["images"], width: number): string {
  const byWidth = images.toSorted((a, b) => a.width - b.width);
  return (byWidth.find((image) => image.width >= width) ?? byWidth.at(-1))?.url ?? "";
}

/** Making a number format costs more than the whole page, so a program keeps them. */
const FORMATS = new Map<string, Intl.NumberFormat>();

function formatted({ amount, currency }: Product["price"], locale: string | undefined): string {
  const key = `${locale} ${currency}`;
  let format = FORMATS.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { style: "currency", currency });
    FORMATS.set(key, format);
  }
  return format.format(amount / 10 ** minorUnitDigits(currency));
}
