import { formatMoney } from "@triptych/screen/format";
import type { PageView } from "@triptych/screen";
import type { Profile } from "../screens/home-page.ts";
import type { OrderCard, RecommendationCard } from "../screens/schemas.ts";
import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { layout } from "./layout.ts";
import { BECAUSE, ORDER_STATUS, formatDate, staleNote } from "./words.ts";

type HomePageData = {
  readonly profile: Profile;
  readonly recentOrders: readonly OrderCard[];
  readonly recommendations: readonly RecommendationCard[];
};

export const homePageView: PageView<HomePageData> = {
  layout: (places) =>
    layout({
      title: "Home",
      main: html`
        <section class="profile" aria-labelledby="profile-title" ...${raw(places.profile)}></section>
        <section aria-labelledby="orders-title" ...${raw(places.recentOrders)}></section>
        <section aria-labelledby="recommendations-title" ...${raw(places.recommendations)}></section>
      `,
    }),

  sections: {
    profile: (profile) =>
      toText(html`
        <img class="avatar" src=${profile.avatarUrl} alt="" width="96" height="96" />
        <div>
          <h1 id="profile-title">Hello, <bdi>${profile.name}</bdi></h1>
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

    recentOrders: (orders, degraded) =>
      toText(html`
        <h2 id="orders-title">Recent orders</h2>
        ${staleNote(degraded)}
        ${
          degraded !== undefined && orders.length === 0
            ? html`<p class="notice" role="status">We can’t show your orders right now.</p>`
            : orderList(orders)
        }
      `),

    recommendations: (products, degraded) =>
      toText(html`
        <h2 id="recommendations-title">You may like</h2>
        ${staleNote(degraded)}
        ${
          degraded !== undefined && products.length === 0
            ? html`<p class="notice" role="status">We can’t show recommendations right now.</p>`
            : productGrid(products)
        }
      `),
  },
};

function orderList(orders: readonly OrderCard[]): Markup {
  if (orders.length === 0) return html`<p>You have not ordered anything yet.</p>`;
  return html`<ul class="orders">
    ${orders.map(
      (order) =>
        html`<li key=${order.id} class="card">
          <h3><a href="/web/orders/${order.id}">${order.firstItemTitle}</a></h3>
          <p>
            <span class="status ${order.status}">${ORDER_STATUS[order.status]}</span>
            ${order.estimatedDelivery === null ? null : html`, expected ${formatDate(order.estimatedDelivery)}`}
          </p>
          <dl>
            <div>
              <dt>Order</dt>
              <dd>${order.number}</dd>
            </div>
            <div>
              <dt>Placed</dt>
              <dd>${formatDate(order.placedAt)}</dd>
            </div>
            <div>
              <dt>Items</dt>
              <dd>${order.itemCount}</dd>
            </div>
            <div>
              <dt>Total</dt>
              <dd>${formatMoney(order.total, "en-GB")}</dd>
            </div>
          </dl>
        </li>`,
    )}
  </ul>`;
}

function productGrid(products: readonly RecommendationCard[]): Markup {
  if (products.length === 0) return html`<p>Nothing yet. Come back when you have looked around.</p>`;
  return html`<ul class="products">
    ${products.map(
      (product) =>
        html`<li key=${product.productId} class="card">
          <img src=${product.imageUrl} alt="" width="480" height="480" loading="lazy" />
          <p class="because">${BECAUSE[product.because]}</p>
          <h3><a href="/web/products/${product.productId}">${product.title}</a></h3>
          <p>${product.brand}</p>
          <p class="price">
            <strong>${formatMoney(product.price, "en-GB")}</strong>
            <span class="rating"
              ><span aria-hidden="true">★</span> ${product.rating.toFixed(1)}
              <span class="visually-hidden">out of 5</span></span
            >
          </p>
        </li>`,
    )}
  </ul>`;
}
