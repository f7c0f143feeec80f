import type { Product } from "@triptych/domain-clients/catalog";
import type { OrdersPage } from "@triptych/domain-clients/orders";
import type { User } from "@triptych/domain-clients/users";
import { dayIn, instantIn, minorUnitDigits } from "@triptych/screen/format";
import type { Get } from "./begin.ts";

/**
 * A page written with nothing around it: four calls, of which the fourth needs the third's answer.
 */
export type Page = {
  readonly path: string;
  readonly load: (get: Get) => Promise<unknown>;
};

/** What recommendations answers, as far as pages read it. */
type Slots = {
  readonly slots: readonly {
    readonly product: { readonly id: string };
    readonly because: { readonly kind: string };
  }[];
};

async function recommended(get: Get, limit: number) {
  const { slots } = await get<Slots>("recommendations", `/recs/v2?limit=${limit}`);
  const ids = slots.map(({ product }) => product.id).join(",");
  const { products } = await get<{ products: readonly Product[] }>("catalog", `/products?ids=${ids}`);
  return { slots, products };
}

/** The web BFF's home page: the same calls and the same JSON, without any protection. */
export const webHomePage: Page = {
  path: "/web/home-page",
  async load(get) {
    const [user, { orders }, { slots, products }] = await Promise.all([
      get<User>("users", "/users/me"),
      get<OrdersPage>("orders", "/orders?limit=3"),
      recommended(get, 8),
    ]);
    const byId = new Map(products.map((product) => [product.id, product]));
    return {
      profile: {
        name: user.name.display,
        avatarUrl: user.avatar.medium,
        memberSince: dayIn(user.timeZone, user.createdAt),
        loyaltyTier: user.loyalty.tier,
        loyaltyPoints: user.loyalty.points,
      },
      recentOrders: orders.map((order) => ({
        id: order.id,
        number: order.number,
        placedAt: instantIn(user.timeZone, order.placedAt),
        status: order.status,
        total: { amount: order.total.amount, currency: order.total.currency },
        itemCount: order.lines.reduce((count, line) => count + line.quantity, 0),
        firstItemTitle: order.lines[0]?.title ?? "",
        estimatedDelivery: order.shipment?.estimatedDelivery ?? null,
      })),
      recommendations: slots.flatMap(({ product: { id }, because }) => {
        const product = byId.get(id);
        if (product === undefined) return [];
        return {
          productId: id,
          title: product.title,
          brand: product.brand,
          imageUrl: imageUrl(product.images, 480),
          price: { amount: product.price.amount, currency: product.price.currency },
          rating: product.rating.average,
          because: because.kind,
        };
      }),
      degraded: [],
    };
  },
};

const MOBILE_PICKS = 4;
/** As the BFF, it asks for some to spare: a recommended product may be gone from the catalog. */
const SPARE_PICKS = 3;

/** The mobile BFF's home screen, for a device of pixel ratio 1. */
export const mobileHome: Page = {
  path: "/mobile/home",
  async load(get) {
    const [user, { orders }, { products }] = await Promise.all([
      get<User>("users", "/users/me"),
      get<OrdersPage>("orders", "/orders?limit=2"),
      recommended(get, MOBILE_PICKS + SPARE_PICKS),
    ]);
    return {
      profile: { name: user.name.given, avatar: user.avatar.small },
      orders: orders.map(({ id, status, lines }) => ({
        id,
        status,
        title: lines[0]?.title ?? "",
        items: lines.reduce((count, line) => count + line.quantity, 0),
      })),
      picks: products.slice(0, MOBILE_PICKS).map(({ id, title, images, price }) => ({
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
  const format = FORMATS.get(key) ?? new Intl.NumberFormat(locale, { style: "currency", currency });
  FORMATS.set(key, format);
  return format.format(amount / 10 ** minorUnitDigits(currency));
}
