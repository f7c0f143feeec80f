import { Type } from "typebox";
import type { ScreenInput } from "@triptych/screen";
import type { Product } from "@triptych/domain-clients/catalog";
import { PLACEHOLDER_IMAGE, isSafeAddress } from "@triptych/screen/address";
import type { AddressRule } from "@triptych/screen/address";
import { toRecommendationCards } from "./cards.ts";
import { optional, required, screen } from "../upstreams.ts";
import { Money, RecommendationCard, StockStatus } from "./schemas.ts";

const ProductDetails = Type.Object({
  id: Type.String(),
  title: Type.String(),
  subtitle: Type.Union([Type.String(), Type.Null()]),
  brand: Type.String(),
  category: Type.String(),
  description: Type.String(),
  price: Money,
  listPrice: Type.Union([Money, Type.Null()]),
  images: Type.Array(Type.Object({ url: Type.String(), alt: Type.String() })),
  rating: Type.Object({ average: Type.Number(), count: Type.Integer() }),
  stock: StockStatus,
});

/** How many other products are shown. One more is asked for: the page's own may be among them. */
const ALSO_BOUGHT = 4;

/**
 * One product, and others that this user may like. Visitors see the product, and so do crawlers.
 */
export const productPage = screen({
  name: "product-page",
  path: "/products/:productId",
  summary: "One product, and what this user may like besides",
  budget: { deadlineMs: 800, upstreamCalls: 3, bytes: 8_000 },
  publicSeconds: 60,
  sections: {
    product: required({
      schema: ProductDetails,
      needsUser: false,
      load: ({ catalog }, { params }: ScreenInput<"productId">) => catalog.product(params.productId),
      shape: (product, input) => ({
        ...product,
        subtitle: product.subtitle ?? null,
        description: product.description ?? "",
        listPrice: product.listPrice ?? null,
        images: imagesOf(product, input),
        stock: product.stock.status,
      }),
    }),
    alsoBought: optional({
      schema: Type.Array(RecommendationCard),
      fallback: [],
      deadlineMs: 400,
      load: async ({ recommendations, catalog }, { params }: ScreenInput<"productId">) => {
        const recommended = await recommendations.list({ limit: ALSO_BOUGHT + 1 });
        const slots = recommended.filter((slot) => slot.productId !== params.productId).slice(0, ALSO_BOUGHT);
        return { slots, products: await catalog.products(slots.map((slot) => slot.productId)) };
      },
      shape: toRecommendationCards,
    }),
  },
});

function imagesOf({ images }: Product, rule: AddressRule): { url: string; alt: string }[] {
  const safe = images.filter(({ url }) => isSafeAddress(url, rule));
  return safe.length === 0
    ? [{ url: PLACEHOLDER_IMAGE, alt: "" }]
    : safe.map(({ url, alt }) => ({ url, alt: alt ?? "" }));
}
