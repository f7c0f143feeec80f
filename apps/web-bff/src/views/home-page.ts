import type { DataOf, PageView } from "@triptych/screen";
import type { homePage } from "../screens/home-page.ts";
import { orderList, productGrid } from "./cards.ts";
import { html, raw, toText } from "./html.ts";
import { layout } from "./site.ts";
import { STREAMED } from "./site.ts";
import { formatDate, staleNote } from "./words.ts";

/** What the screen looks like, as HTML. */
export const homePageView: PageView<DataOf<typeof homePage>> = {
  ...STREAMED,
  layout: (places, nonce) =>
    layout({
      title: "Home",
      nonce,
      // sample:begin
      main: html`
        <section class="profile" aria-label="You" ...${raw(places.profile)}></section>
        <section aria-label="Recent orders" ...${raw(places.recentOrders)}></section>
        <section aria-label="You may like" ...${raw(places.recommendations)}></section>
      `,
      // sample:else
      // main: html`<section class="profile" aria-label="You" ...${raw(places.profile)}></section>`,
      // sample:end
    }),

  sections: {
    profile: (profile) =>
      toText(html`
        <img class="avatar" src=${profile.avatarUrl} alt="" width="96" height="96" />
        <div>
          <h1>Hello, <bdi>${profile.name}</bdi></h1>
          <p>
            Member since ${formatDate(profile.memberSince)}${" · "}
            ${
              profile.loyaltyTier === "none" || profile.loyaltyTier === "unknown"
                ? null
                : html`<span class="tier ${profile.loyaltyTier}">${profile.loyaltyTier}</span>${" · "}`
            }
            ${profile.loyaltyPoints.toLocaleString("en-GB")} points
          </p>
        </div>
      `),

    // sample:begin
    recentOrders: (orders, degraded) =>
      toText(html`
        <h2>Recent orders</h2>
        ${staleNote(degraded)}
        ${
          degraded !== undefined && orders.length === 0
            ? html`<p class="notice" role="status">We can’t show your orders right now.</p>`
            : orderList(orders)
        }
        ${orders.length === 0 ? null : html`<p><a href="/web/orders">All your orders</a></p>`}
      `),

    recommendations: (products, degraded) =>
      toText(html`
        <h2>You may like</h2>
        ${staleNote(degraded)}
        ${
          degraded !== undefined && products.length === 0
            ? html`<p class="notice" role="status">We can’t show recommendations right now.</p>`
            : productGrid(products, "Nothing yet. Come back when you have looked around.")
        }
      `),
    // sample:end
  },
};
