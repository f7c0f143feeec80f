import { Type } from "typebox";
import { datedChanges } from "@triptych/screen";
import { Picks } from "./picks.ts";
import type { LoadedPicks } from "./picks.ts";
import { ProductDetails } from "./product-details.ts";
import type { LoadedProduct } from "./product-details.ts";

/** Apps before 3.0.0 formatted prices themselves and took yen for cents; now they show a text. */
const note = "price was a number of minor units without its currency; it is now text, ready to be shown";

const MinorUnits = Type.Integer({ description: "Minor units of the product's currency" });

const PicksBefore3 = Type.Array(Type.Object({ ...Picks.items.properties, price: MinorUnits }));

/** Picks for apps before 3.0.0. */
export const picksBefore3 = datedChanges<typeof Picks>().until("3.0.0", {
  note,
  older: PicksBefore3,
  toOlder: (picks, loaded: LoadedPicks | undefined) => {
    const products = new Map(loaded?.products.map((product) => [product.id, product]));
    return picks.flatMap((pick) => {
      const product = products.get(pick.id);
      return product === undefined ? [] : [{ ...pick, price: product.price.amount }];
    });
  },
});

const ProductBefore3 = Type.Object({ ...ProductDetails.properties, price: MinorUnits });

/** A product for apps before 3.0.0. */
export const productBefore3 = datedChanges<typeof ProductDetails>().until("3.0.0", {
  note,
  older: ProductBefore3,
  toOlder: (details, loaded: LoadedProduct | undefined) => {
    // The section is required, so it has no fallback and `loaded` is always there.
    if (loaded === undefined) throw new TypeError("the product's section has no fallback");
    return { ...details, price: loaded.product.price.amount };
  },
});
