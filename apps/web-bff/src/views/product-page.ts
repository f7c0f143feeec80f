import { formatMoney } from "@triptych/screen/format";
import type { DataOf, PageView } from "@triptych/screen";
import type { productPage } from "../screens/product-page.ts";
import { productGrid, rating } from "./cards.ts";
import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { layout } from "./site.ts";
import { STREAMED } from "./site.ts";
import { LOCALE, STOCK, staleNote } from "./words.ts";

type Data = DataOf<typeof productPage>;

/** A product's page as HTML. */
export const productPageView: PageView<Data> = {
  ...STREAMED,
  layout: (places, nonce) =>
    layout({
      title: "Product",
      nonce,
      main: html`
        <section aria-label="Product" ...${raw(places.product)}></section>
        <section aria-label="You may also like" ...${raw(places.alsoBought)}></section>
      `,
    }),

  sections: {
    product: (product, degraded) =>
      toText(html`
        <p class="because category">${product.category.replaceAll("-", " ")}</p>
        <h1><bdi>${product.title}</bdi></h1>
        ${product.subtitle === null ? null : html`<p><bdi>${product.subtitle}</bdi></p>`}
        ${staleNote(degraded)}
        <div class="product">
          ${picture(product)}
          <div>
            <p>${product.brand}</p>
            <p class="price">
              <span>
                <strong>${formatMoney(product.price, LOCALE)}</strong>${" "}
                ${
                  product.listPrice === null
                    ? null
                    : html`<s
                        ><span class="visually-hidden">before </span
                        >${formatMoney(product.listPrice, LOCALE)}</s
                      >`
                }
              </span>
              <span>${rating(product.rating.average)} (${product.rating.count})</span>
            </p>
            <p><span class="status">${STOCK[product.stock]}</span></p>
            <p><bdi>${product.description}</bdi></p>
          </div>
        </div>
      `),

    alsoBought: (products, degraded) =>
      toText(html`
        <h2>You may also like</h2>
        ${staleNote(degraded)}
        ${
          degraded !== undefined && products.length === 0
            ? html`<p class="notice" role="status">We can’t show recommendations right now.</p>`
            : productGrid(products, "Nothing yet. Come back when you have looked around.")
        }
      `),
  },
};

function picture({ images }: Data["product"]): Markup | null {
  const [first] = images;
  if (first === undefined) return null;
  return html`<img src=${first.url} alt=${first.alt} width="480" height="480" />`;
}
