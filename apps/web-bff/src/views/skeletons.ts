import { html } from "./html.ts";
import type { Markup } from "./html.ts";

/**
 * What a place shows while its section is on its way: the same elements as the section, with bars
 * where texts will be, so that nothing moves when it arrives.
 */

/** A bar as high as a line of the text around it. @param width a class of the style sheet */
const bar = (width: "short" | "long"): Markup => html`<span class="bar ${width}">${" "}</span>`;

/** Hidden from screen readers, which are told once that something is coming. */
function coming(shape: Markup): Markup {
  return html`<p class="visually-hidden">Loading…</p>
    <div class="coming" aria-hidden="true">${shape}</div>`;
}

const times = (count: number, make: () => Markup): readonly Markup[] => Array.from({ length: count }, make);

/** Somebody's picture, name and a line about them. */
export function personComing(): Markup {
  return coming(html`
    <div class="person">
      <span class="avatar"></span>
      <div>
        <p class="like-h1">${bar("long")}</p>
        <p>${bar("short")}</p>
      </div>
    </div>
  `);
}

/** Cards of orders. */
export function ordersComing(count: number): Markup {
  const card = () =>
    html`<li class="card">
      <p class="row">${bar("short")}</p>
      <h3 class="line">${bar("long")}</h3>
      <p class="row muted">${bar("short")}</p>
      <p class="muted">${bar("long")}</p>
    </li>`;
  return coming(html`<ul class="orders">${times(count, card)}</ul>`);
}

/** Cards of products. @param lines how many stand below the title */
export function productsComing(count: number, lines: number): Markup {
  const card = () =>
    html`<li class="card">
      <span class="picture"></span>
      <h3>${bar("long")}</h3>
      ${times(lines, () => html`<p class="line muted">${bar("short")}</p>`)}
    </li>`;
  return coming(html`<ul class="products">${times(count, card)}</ul>`);
}

/** An order: its number, its state, a table of its lines, and the sums. */
export function orderComing(): Markup {
  const line = () => html`<p class="table-line">${bar("long")}</p>`;
  return coming(html`
    <p class="like-h1">${bar("long")}</p>
    <p>${bar("short")}</p>
    <div class="table">${times(4, line)}</div>
    <div class="totals">${times(4, () => html`<p>${bar("long")}</p>`)}</div>
  `);
}

/** A product's picture beside its name, price and description. */
export function productComing(): Markup {
  return coming(html`
    <div class="product">
      <span class="picture"></span>
      <div>
        <p class="muted">${bar("short")}</p>
        <p class="like-h1">${bar("long")}</p>
        <p>${bar("short")}</p>
        <p class="price">${bar("short")}</p>
        ${times(5, () => html`<p>${bar("long")}</p>`)}
      </div>
    </div>
  `);
}
