import type { DataOf, PageView } from "@triptych/screen";
import type { homePage } from "../screens/home-page.ts";
import { orderList, productGrid } from "./cards.ts";
import { html, raw, toText } from "./html.ts";
import { STREAMED, layout, waitingFor } from "./site.ts";
import { ordersComing, personComing, productsComing } from "./skeletons.ts";
import { day, missing, number, staleNote } from "./words.ts";

type Data = DataOf<typeof homePage>;

/** What the screen looks like, as HTML. */
export const homePageView: PageView<Data> = {
  ...STREAMED,
  layout: (places, nonce) =>
    layout({
      title: "Home",
      about: "Your orders, and what you may like.",
      nonce,
      // sample:begin
      main: html`
        <section class="you" aria-label="You" ...${raw(places.profile)}></section>
        <section class="recent" aria-label="Recent orders" ...${raw(places.recentOrders)}></section>
        <section aria-label="You may like" ...${raw(places.recommendations)}></section>
      `,
      // sample:else
      // main: html`<section class="you" aria-label="You" ...${raw(places.profile)}></section>`,
      // sample:end
    }),

  waiting: waitingFor<Data>({
    profile: personComing(),
    // sample:begin
    recentOrders: html`<h2>Recent orders</h2>
      ${ordersComing(3)}
      <p>${" "}</p>`,
    recommendations: html`<h2>You may like</h2>
      ${productsComing(8, 3)}`,
    // sample:end
  }),

  sections: {
    profile: (profile, _degraded, page) =>
      toText(html`
        <div class="person">
          <img class="avatar" src=${profile.avatarUrl} alt="" width="72" height="72" />
          <div>
            <h1>Hello, <bdi>${profile.name}</bdi></h1>
            <p class="muted">
              ${
                profile.loyaltyTier === "none" || profile.loyaltyTier === "unknown"
                  ? null
                  : html`<span class="tier ${profile.loyaltyTier}">${profile.loyaltyTier}</span>${" · "}`
              }
              ${number(profile.loyaltyPoints, page)} points${" · "}member since${" "}
              ${day(profile.memberSince, page)}
            </p>
          </div>
        </div>
      `),

    // sample:begin
    recentOrders: (orders, degraded, page) =>
      toText(html`
        <h2>Recent orders</h2>
        ${staleNote(degraded, page)}
        ${degraded !== undefined && orders.length === 0 ? missing("your orders") : orderList(orders, page)}
        <p class="end">${orders.length === 0 ? null : html`<a href="/web/orders">All your orders</a>`}</p>
      `),

    recommendations: (products, degraded, page) =>
      toText(html`
        <h2>You may like</h2>
        ${staleNote(degraded, page)}
        ${
          degraded !== undefined && products.length === 0
            ? missing("recommendations")
            : productGrid(products, "Nothing yet. Come back when you have looked around.", page)
        }
      `),
    // sample:end
  },
};
