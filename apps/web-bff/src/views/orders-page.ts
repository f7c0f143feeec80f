import type { DataOf, PageView } from "@triptych/screen";
import type { ordersPage } from "../screens/orders-page.ts";
import { orderList } from "./cards.ts";
import { html, raw, toText } from "./html.ts";
import { ordersComing } from "./skeletons.ts";
import { HOME, STREAMED, layout, ordersPath, waitingFor } from "./site.ts";
import { staleNote } from "./words.ts";

type Data = DataOf<typeof ordersPage>;

/** All of a user's orders as HTML. */
export const ordersPageView: PageView<Data> = {
  ...STREAMED,
  layout: (places, nonce) =>
    layout({
      title: "Your orders",
      about: "All your orders, the newest first.",
      nonce,
      main: html`<section aria-label="Your orders" ...${raw(places.page)}></section>`,
    }),

  waiting: waitingFor<Data>({
    page: html`<h1>Your orders</h1>
      ${ordersComing(10)}`,
  }),

  sections: {
    page: ({ orders, nextCursor }, degraded, page) =>
      toText(html`
        <h1>Your orders</h1>
        <h2 class="visually-hidden">Newest first</h2>
        ${staleNote(degraded, page)} ${orderList(orders, page)}
        ${orders.length === 0 ? html`<p class="action"><a href=${HOME}>See what you may like</a></p>` : null}
        ${
          nextCursor === null
            ? null
            : html`<p><a rel="next" href=${ordersPath(nextCursor)}>Older orders</a></p>`
        }
      `),
  },
};
