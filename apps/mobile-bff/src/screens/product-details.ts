import { Type } from "typebox";
import type { Static } from "typebox";
import type { Product } from "@triptych/domain-clients/catalog";
import type { ScreenInput } from "@triptych/screen";
import { formatMoney } from "@triptych/screen/format";
import { productImage } from "./images.ts";
import type { Reader } from "./reader.ts";
import { Price } from "./schemas.ts";

/** One product as the phone shows it. */
export const ProductDetails = Type.Object({
  id: Type.String(),
  title: Type.String(),
  brand: Type.String(),
  price: Price,
  image: Type.String({
    description:
      "The URL of the smallest image that fills a phone's width sharply; `/media/placeholder.svg` where there is none",
  }),
  rating: Type.Number({ description: "0 to 5" }),
  inStock: Type.Boolean(),
});
export type ProductDetails = Static<typeof ProductDetails>;

/** What the product's section loads. */
export type LoadedProduct = { readonly product: Product; readonly reader: Reader };

/** A product, formatted for the user and the device. */
export function toProductDetails({ product, reader }: LoadedProduct, input: ScreenInput): ProductDetails {
  const { id, title, brand, price, images, rating, stock } = product;
  return {
    id,
    title,
    brand,
    price: formatMoney(price, reader.locale),
    image: productImage(images, input),
    rating: rating.average,
    inStock: stock.status === "in_stock" || stock.status === "low",
  };
}
