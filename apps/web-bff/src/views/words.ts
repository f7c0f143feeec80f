import type { Degraded, PageContext } from "@triptych/screen";
import { formatDay, formatMoney, formatNumber } from "@triptych/screen/format";
import type { Money } from "@triptych/screen/format";
import type { CancelReason, OrderStatus, RecommendationCard, StockStatus } from "../screens/schemas.ts";
import { html, raw } from "./html.ts";
import type { Markup } from "./html.ts";

/**
 * The language of the pages' texts. The head of a page is sent before it is known who reads it, so
 * all texts are English; numbers, prices and days are written as the reader writes them.
 */
export const LANGUAGE = "en-GB";

/** What the functions below need of a page. */
export type Reader = Pick<PageContext, "locale">;

/** Marked as of another language, and isolated from the English words around it, where it is. */
function inLocaleOf({ locale }: Reader, text: string): Markup | string {
  return locale.startsWith("en-") ? text : html`<bdi lang=${locale}>${text}</bdi>`;
}

export const money = (amount: Money, reader: Reader): Markup | string =>
  inLocaleOf(reader, formatMoney(amount, reader.locale));

/** @param digits after the decimal point */
export const number = (value: number, reader: Reader, digits = 0): Markup | string =>
  inLocaleOf(reader, formatNumber(value, reader.locale, digits));

/** @param given a date, or an instant with the offset of the user's time zone */
export const day = (given: string, reader: Reader): Markup | string =>
  inLocaleOf(reader, formatDay(given.slice(0, "2026-11-12".length), reader.locale));

/** What a page calls each status of an order. */
export const ORDER_STATUS: Readonly<Record<OrderStatus, string>> = {
  placed: "Placed",
  paid: "Paid",
  packed: "Packed",
  shipped: "On its way",
  delivered: "Delivered",
  cancelled: "Cancelled",
  returned: "Returned",
  unknown: "In progress",
};

/** Why a product is recommended, as a page says it. */
export const BECAUSE: Readonly<Record<RecommendationCard["because"], string>> = {
  bought_together: "Goes with something of yours",
  viewed: "You looked at it",
  popular: "Popular",
  similar_users: "Liked by people like you",
  unknown: "Picked for you",
};

/** Says how old stale data is; null for fresh data. */
export function staleNote(degraded: Degraded | undefined, reader: Reader): Markup | null {
  if (degraded?.ageSeconds === undefined) return null;
  const minutes = Math.max(1, Math.round(degraded.ageSeconds / 60));
  return html`<p class="notice" role="status" data-notice="stale">
    As of ${number(minutes, reader)} ${minutes === 1 ? "minute" : "minutes"} ago.
  </p>`;
}

/** In the place of a part that the page can do without. @param what as in “We can’t show …” */
export function missing(what: string): Markup {
  return html`<p class="notice" role="status" data-notice="missing">
    We can’t show ${what} right now. ${TRY_AGAIN}
  </p>`;
}

/**
 * A link to the page itself, with its query. Its address is empty, which the renderer would leave
 * out.
 *
 * @param words no markup
 */
function reload(words: string): Markup {
  return html`<span ...${raw(`<a href="">${words}</a>`)}></span>`;
}

export const TRY_AGAIN = reload("Try again");
/** Closes the question whether to cancel, as it stands on a fresh page. */
export const KEEP_IT = reload("Keep it");

/** The reasons that the form for cancelling offers. */
export const CANCEL_REASON: Readonly<Record<CancelReason, string>> = {
  changed_mind: "I changed my mind",
  found_cheaper: "I found it cheaper",
  too_slow: "It takes too long",
  other: "Something else",
};

/** What a page says about a product's stock. */
export const STOCK: Readonly<Record<StockStatus, string>> = {
  in_stock: "In stock",
  low: "Only a few left",
  out_of_stock: "Sold out",
  unknown: "Ask us whether it is in stock",
};
