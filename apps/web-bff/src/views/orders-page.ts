import type { DataOf, PageView } from "@triptych/screen";
import type { ordersPage } from "../screens/orders-page.ts";
import { orderList } from "./cards.ts";
import { html, raw, toText } from "./html.ts";
import { layout, ordersPath, STREAMED } from "./site.ts";
import { staleNote } from "./words.ts";

/** All of a user's orders as HTML. */
export const ordersPageView: PageView<DataOf<typeof ordersPage>> = {
  ...STREAMED,
  layout: (places, nonce) =>
    layout({
      title: "Your orders",
      nonce,
      main: html`<section aria-label="Your orders" ...${raw(places.page)}></section>`,
    }),

  sections: {
    page: ({ orders, nextCursor }, degraded) =>
      toText(html`
        <h1>Your orders</h1>
        <h2 class="visually-hidden">Newest first</h2>
        ${staleNote(degraded)} ${orderList(orders)}
        ${
          nextCursor === null
            ? null
            : html`<p><a rel="next" href=${ordersPath(nextCursor)}>Older orders</a></p>`
        }
      `),
  },
};
