import { Type } from "typebox";
import type { Static } from "typebox";
import type { Product } from "@triptych/domain-clients/catalog";
import type { ScreenInput } from "@triptych/screen";
import { formatMoney } from "@triptych/screen/format";
import { pickImage } from "./images.ts";
import type { Reader } from "./reader.ts";
import { Price } from "./schemas.ts";

/** Products that this user may like, best first. */
export const Picks = Type.Array(
  Type.Object({
    id: Type.String(),
    title: Type.String(),
    image: Type.String({
      description:
        "The URL of the smallest image that is sharp on the device; `/media/placeholder.svg` where there is none",
    }),
    price: Price,
  }),
);
export type Picks = Static<typeof Picks>;

/** What the section of picks loads. */
export type LoadedPicks = { readonly products: readonly Product[]; readonly reader: Reader };

/** Picks as the phone shows them. */
export function toPicks({ products, reader }: LoadedPicks, input: ScreenInput): Picks {
  return products.map(({ id, title, images, price }) => ({
    id,
    title,
    image: pickImage(images, input),
    price: formatMoney(price, reader.locale),
  }));
}
