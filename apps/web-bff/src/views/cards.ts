import type { OrderCard, RecommendationCard } from "../screens/schemas.ts";
import { html } from "./html.ts";
import { orderPath, productPath } from "./site.ts";
import type { Markup } from "./html.ts";
import { BECAUSE, ORDER_STATUS, day, money, number } from "./words.ts";
import type { Reader } from "./words.ts";

/** Orders as cards, or a sentence where there are none. */
export function orderList(orders: readonly OrderCard[], reader: Reader): Markup {
  if (orders.length === 0) return html`<p>You have not ordered anything yet.</p>`;
  return html`<ul class="orders">
    ${orders.map(
      (order) =>
        html`<li key=${order.id} class="card">
          <p class="row">
            <span class="status ${order.status}">${ORDER_STATUS[order.status]}</span>
            <strong>${money(order.total, reader)}</strong>
          </p>
          <h3 class="line">
            <a href=${orderPath(order.id)}><bdi>${order.firstItemTitle}</bdi></a>
          </h3>
          <p class="row muted">
            <span>${number(order.itemCount, reader)} ${order.itemCount === 1 ? "item" : "items"}</span>
            <span>${order.number}</span>
          </p>
          <p class="muted">${when(order, reader)}</p>
        </li>`,
    )}
  </ul>`;
}

/** An order's most useful day. */
function when({ status, placedAt, estimatedDelivery }: OrderCard, reader: Reader): Markup {
  return status === "shipped" && estimatedDelivery !== null
    ? html`Expected ${day(estimatedDelivery, reader)}`
    : html`Placed ${day(placedAt, reader)}`;
}

/**
 * Products as cards.
 *
 * @param ifNone what is shown for an empty list
 */
export function productGrid(
  products: readonly RecommendationCard[],
  ifNone: Markup | string,
  reader: Reader,
): Markup {
  if (products.length === 0) return html`<p>${ifNone}</p>`;
  return html`<ul class="products">
    ${products.map(
      (product) =>
        html`<li key=${product.productId} class="card">
          <img src=${product.imageUrl} alt="" width="480" height="480" loading="lazy" />
          <h3>
            <a href=${productPath(product.productId)}><bdi>${product.title}</bdi></a>
          </h3>
          <p class="line muted"><bdi>${product.brand}</bdi></p>
          <p class="row">
            <strong>${money(product.price, reader)}</strong>
            ${rating(product.rating, reader)}
          </p>
          <p class="line muted">${BECAUSE[product.because]}</p>
        </li>`,
    )}
  </ul>`;
}

/** Stars as text: 1 to 5, or 0 for a product that nobody has rated yet. */
export function rating(average: number, reader: Reader): Markup {
  if (average === 0) return html`<span class="rating muted">No ratings yet</span>`;
  return html`<span class="rating"
    ><span aria-hidden="true">★</span> ${number(average, reader, 1)}<span class="visually-hidden">
      out of 5</span
    ></span
  >`;
}
