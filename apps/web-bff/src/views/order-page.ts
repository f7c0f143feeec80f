import type { DataOf, PageContext, PageView } from "@triptych/screen";
import type { orderPage } from "../screens/order-page.ts";
import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { orderComing, productsComing } from "./skeletons.ts";
import { ORDERS, STREAMED, layout, orderPath, productPath, titled, waitingFor } from "./site.ts";
import { CANCEL_REASON, KEEP_IT, ORDER_STATUS, day, missing, money, number, staleNote } from "./words.ts";
import type { Reader } from "./words.ts";

type Data = DataOf<typeof orderPage>;
type OrderDetails = Data["order"];

const BACK: Markup = html`<p class="muted"><a href=${ORDERS}>Your orders</a></p>`;

/** An order's page as HTML. */
export const orderPageView: PageView<Data> = {
  ...STREAMED,
  layout: (places, nonce) =>
    layout({
      title: "Your order",
      about: "What you ordered, what it costs, and where it is.",
      nonce,
      main: html`
        <section class="order" aria-label="Your order" ...${raw(places.order)}></section>
        <section class="again" aria-label="These products today" ...${raw(places.products)}></section>
      `,
    }),

  waiting: waitingFor<Data>({
    order: html`${BACK} ${orderComing()}`,
    products: html`<h2>These products today</h2>
      ${productsComing(3, 1)}`,
  }),

  sections: {
    order: (order, degraded, page) =>
      toText(html`
        ${BACK}
        <h1 data-title=${titled(`Order ${order.number}`)}>Order ${order.number}</h1>
        ${staleNote(degraded, page)}
        <p>
          <span class="status ${order.status}">${ORDER_STATUS[order.status]}</span>${" "}
          <span class="muted">placed ${day(order.placedAt, page)}</span>
        </p>
        ${
          order.status === "cancelled"
            ? html`<p class="notice" role="status" data-notice="cancelled">
                This order is cancelled. Nothing will be sent.
              </p>`
            : null
        }
        ${shipment(order, page)} ${lines(order, page)} ${totals(order, page)}
        ${order.canCancel ? cancelForm(order, page) : null}
      `),

    products: (products, degraded, page) =>
      toText(html`
        <h2>These products today</h2>
        ${staleNote(degraded, page)} ${products === null ? missing("the products") : productList(products)}
      `),
  },
};

function shipment({ shipment: sent, status }: OrderDetails, reader: Reader): Markup | null {
  if (sent === null) return null;
  return html`<p>
    ${status === "shipped" ? html`Expected ${day(sent.estimatedDelivery, reader)}, sent` : "Sent"} with${" "}
    <bdi>${sent.carrier}</bdi>, tracking number ${sent.trackingNumber}
  </p>`;
}

function lines(order: OrderDetails, reader: Reader): Markup {
  return html`<section class="table" tabindex="0" aria-label="What you ordered">
    <table>
      <caption class="visually-hidden">
        What you ordered
      </caption>
      <thead>
        <tr>
          <th scope="col">Product</th>
          <th scope="col">Quantity</th>
          <th scope="col">Price</th>
          <th scope="col">Sum</th>
        </tr>
      </thead>
      <tbody>
        ${order.lines.map(
          (line) =>
            html`<tr>
              <td>
                <a href=${productPath(line.productId)}><bdi>${line.title}</bdi></a>
              </td>
              <td>${number(line.quantity, reader)}</td>
              <td>${money(line.unitPrice, reader)} ${discount(line, reader)}</td>
              <td>${money(line.lineTotal, reader)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** Below the price, so that the line adds up. */
function discount({ discount: off }: OrderDetails["lines"][number], reader: Reader): Markup | null {
  if (off === null) return null;
  return html`<small>Discount ${money({ ...off, amount: -off.amount }, reader)}</small>`;
}

function totals(order: OrderDetails, reader: Reader): Markup {
  return html`<dl class="totals">
    <div>
      <dt>Subtotal</dt>
      <dd>${money(order.subtotal, reader)}</dd>
    </div>
    <div>
      <dt>Shipping</dt>
      <dd>${money(order.shippingCost, reader)}</dd>
    </div>
    <div>
      <dt>Tax</dt>
      <dd>${money(order.tax, reader)}</dd>
    </div>
    <div>
      <dt>Total</dt>
      <dd><strong>${money(order.total, reader)}</strong></dd>
    </div>
  </dl>`;
}

/**
 * Asks once, without a script: the first button opens the question. The answer is a plain form;
 * sent twice it cancels once.
 */
function cancelForm(order: OrderDetails, page: PageContext): Markup {
  return html`<details class="cancel">
    <summary>Cancel this order</summary>
    <form class="card" method="post" action="${orderPath(order.id)}/cancel">
      <h2>Cancel order ${order.number}?</h2>
      <p>Nothing will be sent, and it can’t be undone.</p>
      <input type="hidden" name="token" value=${page.formToken} />
      <input type="hidden" name="idempotencyKey" value=${page.newIdempotencyKey()} />
      <label for="reason">Why are you cancelling?</label>
      <select id="reason" name="reason">
        ${Object.entries(CANCEL_REASON).map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select>
      <p class="row">
        <button class="danger" type="submit">Yes, cancel the order</button>
        ${KEEP_IT}
      </p>
    </form>
  </details>`;
}

function productList(products: NonNullable<Data["products"]>): Markup {
  if (products.length === 0) return html`<p>None of them is sold any more.</p>`;
  return html`<ul class="products">
    ${products.map(
      (product) =>
        html`<li key=${product.productId} class="card">
          <img src=${product.imageUrl} alt="" width="480" height="480" loading="lazy" />
          <h3>
            <a href=${productPath(product.productId)}><bdi>${product.title}</bdi></a>
          </h3>
          <p class="line muted">${product.inStock ? "Buy it again" : "Sold out"}</p>
        </li>`,
    )}
  </ul>`;
}
