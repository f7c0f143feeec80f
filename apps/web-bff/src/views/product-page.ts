import { PLACEHOLDER_IMAGE } from "@triptych/screen/address";
import type { DataOf, PageView } from "@triptych/screen";
import type { productPage } from "../screens/product-page.ts";
import { productGrid, rating } from "./cards.ts";
import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { productComing, productsComing } from "./skeletons.ts";
import { LOGIN, STREAMED, layout, preview, titled, waitingFor } from "./site.ts";
import { STOCK, missing, money, number, staleNote } from "./words.ts";
import type { Reader } from "./words.ts";

const NOTHING_YET = "Nothing yet. Come back when you have looked around.";
const LOG_IN = html`<a href=${LOGIN}>Log in</a> to see what suits you.`;

type Data = DataOf<typeof productPage>;

/** A product's page as HTML. */
export const productPageView: PageView<Data> = {
  ...STREAMED,
  layout: (places, nonce, viewer) =>
    layout({
      title: "Product",
      about: "What it is, what it costs, and what goes with it.",
      nonce,
      viewer,
      main: html`
        <section class="goods" aria-label="Product" ...${raw(places.product)}></section>
        <section aria-label="You may also like" ...${raw(places.alsoBought)}></section>
      `,
    }),

  head: ({ product }) =>
    toText(
      preview({
        title: product.title,
        about: product.subtitle ?? `By ${product.brand}, in the Triptych Store.`,
        image: product.images.find(({ url }) => url !== PLACEHOLDER_IMAGE)?.url,
      }),
    ),

  waiting: waitingFor<Data>({
    product: productComing(),
    alsoBought: html`<h2>You may also like</h2>
      ${productsComing(4, 3)}`,
  }),

  sections: {
    product: (product, degraded, page) =>
      toText(html`
        <div class="product">
          ${picture(product)}
          <div>
            <p class="muted category">${product.category.replaceAll("-", " ")}</p>
            <h1 data-title=${titled(product.title)}><bdi>${product.title}</bdi></h1>
            ${product.subtitle === null ? null : html`<p><bdi>${product.subtitle}</bdi></p>`}
            ${staleNote(degraded, page)} ${price(product, page)}
            <p>
              <span class="stock ${product.stock}">${STOCK[product.stock]}</span>${" · "}
              ${rating(product.rating.average, page)}${" "}
              ${product.rating.count === 0 ? null : html`<span class="muted">${number(product.rating.count, page)} ${product.rating.count === 1 ? "rating" : "ratings"}</span>`}
            </p>
            <p class="description"><bdi>${product.description}</bdi></p>
            <p class="muted end">By <bdi>${product.brand}</bdi></p>
          </div>
        </div>
      `),

    alsoBought: (products, degraded, page) =>
      toText(html`
        <h2>You may also like</h2>
        ${staleNote(degraded, page)}
        ${
          degraded !== undefined && products.length === 0
            ? missing("recommendations")
            : productGrid(products, page.viewer === "user" ? NOTHING_YET : LOG_IN, page)
        }
      `),
  },
};

function price({ price: now, listPrice }: Data["product"], reader: Reader): Markup {
  return html`<p class="price">
    <strong>${money(now, reader)}</strong>
    ${
      listPrice === null
        ? null
        : html`${" "}<s><span class="visually-hidden">before </span>${money(listPrice, reader)}</s>`
    }
  </p>`;
}

function picture({ images }: Data["product"]): Markup | null {
  const [first] = images;
  if (first === undefined) return null;
  return html`<img src=${first.url} alt=${first.alt} width="480" height="480" />`;
}
