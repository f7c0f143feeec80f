import type { ScreenInput } from "@triptych/screen";
import { required, screen } from "../upstreams.ts";
import { productBefore3 } from "./price-before-3.ts";
import { ProductDetails, toProductDetails } from "./product-details.ts";
import type { LoadedProduct } from "./product-details.ts";
import { readerOf } from "./reader.ts";

/** One product, formatted for the user. */
export const product = screen({
  name: "product",
  path: "/products/:productId",
  summary: "One product",
  budget: { deadlineMs: 800, upstreamCalls: 2, bytes: 1_000 },
  sections: {
    product: required({
      schema: ProductDetails,
      load: async ({ catalog }, { params }: ScreenInput<"productId">, tryLoad): Promise<LoadedProduct> => {
        const [found, reader] = await Promise.all([catalog.product(params.productId), readerOf(tryLoad)]);
        return { product: found, reader };
      },
      shape: toProductDetails,
      changes: productBefore3,
    }),
  },
});
