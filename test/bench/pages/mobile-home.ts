import type { Product } from "@triptych/domain-clients/catalog";
import type { Page } from "./pages.ts";

const ORDERS = 2;
const PICKS = 4;
const SPARE_PICKS = 3;

/** The mobile BFF's home screen by hand, for a device of pixel ratio 1. */
export const mobileHome: Page = {
  path: "/mobile/home",
  async load({ me, orders, recommendations, products }) {
    const picked = async () => {
      const { slots } = await recommendations(PICKS + SPARE_PICKS);
      const found = await products(slots.map((slot) => slot.product.id));
      return found.products.slice(0, PICKS);
    };
    const [user, page, picks] = await Promise.all([me(), orders(ORDERS), picked()]);
    return {
      profile: { name: user.name.given, avatar: user.avatar.small },
      orders: page.orders.map(({ id, status, lines }) => ({
        id,
        status,
        title: lines[0]?.title ?? "",
        items: lines.reduce((sum, line) => sum + line.quantity, 0),
      })),
      picks: picks.map(({ id, title, images, price }) => ({
        id,
        title,
        image: smallest(images),
        price: format(price, user.locale),
      })),
      degraded: [],
    };
  },
};

function smallest(images: Product["images"]): string {
  return images.toSorted((a, b) => a.width - b.width)[0]?.url ?? "";
}

/** Making a number format costs more than the whole page, so nobody makes one for each price. */
const FORMATS = new Map<string, Intl.NumberFormat>();

function format({ amount, currency }: Product["price"], locale: string | undefined): string {
  const key = `${locale} ${currency}`;
  let made = FORMATS.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat(locale, { style: "currency", currency });
    FORMATS.set(key, made);
  }
  const digits = made.resolvedOptions().maximumFractionDigits ?? 2;
  return made.format(amount / 10 ** digits);
}
