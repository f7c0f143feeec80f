import { formatMoney } from "@triptych/screen/format";
import type { DataOf, PageContext, PageView } from "@triptych/screen";
import type { orderPage } from "../screens/order-page.ts";
import { html, raw, toText } from "./html.ts";
import type { Markup } from "./html.ts";
import { layout } from "./site.ts";
import { orderPath, productPath } from "./site.ts";
import { STREAMED } from "./site.ts";
import { CANCEL_REASON, LOCALE, ORDER_STATUS, formatDate, staleNote } from "./words.ts";

type Data = DataOf<typeof orderPage>;
type OrderDetails = Data["order"];

/** An order's page as HTML. */
export const orderPageView: PageView<Data> = {
  ...STREAMED,
  layout: (places, nonce) =>
    layout({
      title: "Your order",
      nonce,
      main: html`
        <section aria-label="Your order" ...${raw(places.order)}></section>
        <section aria-label="These products today" ...${raw(places.products)}></section>
      `,
    }),

  sections: {
    order: (order, degraded, page) =>
      toText(html`
        <h1>Order ${order.number}</h1>
        ${staleNote(degraded)}
        <p><span class="status">${ORDER_STATUS[order.status]}</span>, placed ${formatDate(order.placedAt)}</p>
        ${shipment(order)} ${lines(order)} ${totals(order)}
        ${order.canCancel ? cancelForm(order, page) : null}
      `),

    products: (products, degraded) =>
      toText(html`
        <h2>These products today</h2>
        ${staleNote(degraded)}
        ${
          products === null
            ? html`<p class="notice" role="status">We can’t show the products right now.</p>`
            : productList(products)
        }
      `),
  },
};

function shipment({ shipment: sent }: OrderDetails): Markup | null {
  if (sent === null) return null;
  const expected = formatDate(sent.estimatedDelivery);
  return html`<p>Sent with ${sent.carrier}, tracking number ${sent.trackingNumber}, expected ${expected}</p>`;
}

/** The id of a product's title: the picture below is a link whose own text says only what to do. */
const titleId = ({ productId }: { readonly productId: string }): string => `title-${productId}`;

function lines(order: OrderDetails): Markup {
  // A product may be in two lines, but an id may be used only once.
  const idOf = (line: { readonly productId: string }, index: number): string | undefined =>
    order.lines.findIndex(({ productId }) => productId === line.productId) === index
      ? titleId(line)
      : undefined;
  return html`<section class="scroll" tabindex="0" aria-label="What you ordered">
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
          (line, index) =>
            html`<tr>
              <td>
                <a href=${productPath(line.productId)}><bdi id=${idOf(line, index)}>${line.title}</bdi></a>
              </td>
              <td>${line.quantity}</td>
              <td>${formatMoney(line.unitPrice, LOCALE)}</td>
              <td>${formatMoney(line.lineTotal, LOCALE)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function totals(order: OrderDetails): Markup {
  return html`<dl class="totals">
    <div>
      <dt>Subtotal</dt>
      <dd>${formatMoney(order.subtotal, LOCALE)}</dd>
    </div>
    <div>
      <dt>Shipping</dt>
      <dd>${formatMoney(order.shippingCost, LOCALE)}</dd>
    </div>
    <div>
      <dt>Tax</dt>
      <dd>${formatMoney(order.tax, LOCALE)}</dd>
    </div>
    <div>
      <dt>Total</dt>
      <dd><strong>${formatMoney(order.total, LOCALE)}</strong></dd>
    </div>
  </dl>`;
}

/** A plain form: it works without scripts, and sent twice it cancels once. */
function cancelForm(order: OrderDetails, page: PageContext): Markup {
  return html`<form class="card" method="post" action="${orderPath(order.id)}/cancel">
    <h2>Cancel this order</h2>
    <input type="hidden" name="token" value=${page.formToken} />
    <input type="hidden" name="idempotencyKey" value=${page.newIdempotencyKey()} />
    <label for="reason">Why do you cancel?</label>
    <select id="reason" name="reason">
      ${Object.entries(CANCEL_REASON).map(([value, text]) => html`<option value=${value}>${text}</option>`)}
    </select>
    <button type="submit">Cancel the order</button>
  </form>`;
}

function productList(products: NonNullable<Data["products"]>): Markup {
  if (products.length === 0) return html`<p>None of them is sold any more.</p>`;
  return html`<ul class="products">
    ${products.map(
      (product) =>
        html`<li key=${product.productId} class="card">
          <a href=${productPath(product.productId)} aria-labelledby="again-${product.productId} ${titleId(product)}">
            <img src=${product.imageUrl} alt="" width="480" height="480" loading="lazy" />
            <span id="again-${product.productId}">${product.inStock ? "Buy it again" : "Sold out"}</span>
          </a>
        </li>`,
    )}
  </ul>`;
}
