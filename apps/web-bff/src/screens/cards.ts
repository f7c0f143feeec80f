import type { Product } from "@triptych/domain-clients/catalog";
import type { Order } from "@triptych/domain-clients/orders";
import type { Slot } from "@triptych/domain-clients/recommendations";
import { imageAddress } from "@triptych/screen/address";
import type { AddressRule } from "@triptych/screen/address";
import { instantIn } from "@triptych/screen/format";
import type { OrderCard, RecommendationCard } from "./schemas.ts";

/**
 * Cards are shown at up to 480 CSS pixels: a larger image wastes bytes, a smaller one is blurred.
 */
const CARD_IMAGE_WIDTH = 480;

/** An order as a card shows it. */
export function toOrderCard(order: Order, timeZone: string | undefined): OrderCard {
  return {
    id: order.id,
    number: order.number,
    placedAt: instantIn(timeZone, order.placedAt),
    status: order.status,
    total: order.total,
    itemCount: order.lines.reduce((sum, line) => sum + line.quantity, 0),
    firstItemTitle: order.lines[0]?.title ?? "",
    estimatedDelivery: order.shipment?.estimatedDelivery ?? null,
  };
}

/** In the slots' order; a product that the catalog does not know is left out. */
export function toRecommendationCards(
  loaded: { readonly slots: readonly Slot[]; readonly products: readonly Product[] },
  rule: AddressRule,
): RecommendationCard[] {
  const products = new Map(loaded.products.map((product) => [product.id, product]));
  return loaded.slots.flatMap(({ productId, because }) => {
    const product = products.get(productId);
    if (product === undefined) return [];
    return {
      productId,
      title: product.title,
      brand: product.brand,
      imageUrl: cardImage(product, rule),
      price: product.price,
      rating: product.rating.average,
      because,
    };
  });
}

/** A product's image as a card shows it. */
export function cardImage({ images }: Product, rule: AddressRule): string {
  return imageAddress(images, CARD_IMAGE_WIDTH, rule);
}
