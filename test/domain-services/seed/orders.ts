import { generateAccounts } from "./accounts.ts";
import type { Account } from "./accounts.ts";
import { generateAssortment } from "./assortment.ts";
import type { Article } from "./assortment.ts";
import { basketSource } from "./baskets.ts";
import { REDUCED_TAX } from "./categories.ts";
import { fromEuroCents } from "./currencies.ts";
import { drawFulfilment } from "./fulfilment.ts";
import type { Fulfilment } from "./fulfilment.ts";
import { WAREHOUSES } from "./warehouses.ts";
import { seededRandom } from "./random.ts";
import type { SeededRandom } from "./random.ts";
import { FIRST_ORDER_MS, HOUR_MS, REFERENCE_MS } from "./reference.ts";

/** Amounts are minor units of the order's currency. */
export interface OrderLineSeed {
  article: Article;
  quantity: number;
  unitPrice: number;
  discount: number;
  lineTotal: number;
  /** Hundredths of a percent. */
  taxRate: number;
  warehouse: string;
}

export interface OrderSeed extends Fulfilment {
  id: string;
  number: string;
  userId: string;
  currency: string;
  /** Epoch ms. */
  placedAt: number;
  lines: OrderLineSeed[];
  subtotal: number;
  shippingCost: number;
  tax: number;
  total: number;
  fraudScore: number;
}

/** Which user put which articles into a basket when; what the recommendations learn from. */
export interface Purchase {
  account: Account;
  placedAt: number;
  articles: Article[];
}

/** Every purchase, oldest first: the same on every call. */
export function generatePurchases(): Purchase[] {
  const random = seededRandom(0xba5ce7);
  const moments = generateAccounts().flatMap((account) =>
    drawMoments(account, random).map((placedAt) => ({ account, placedAt })),
  );
  // A stable sort: two orders of one millisecond stay in the order of their users.
  moments.sort((a, b) => a.placedAt - b.placedAt);
  const baskets = basketSource(generateAssortment(), random);
  return moments.map(({ account, placedAt }) => ({
    account,
    placedAt,
    articles: baskets.draw(placedAt, account.minLines),
  }));
}

/** Every order, oldest first: the same on every call, and of the same articles as the purchases. */
export function* generateOrders(): Generator<OrderSeed> {
  const random = seededRandom(0x0de75);
  const perYear = new Map<number, number>();
  for (const purchase of generatePurchases()) {
    const year = new Date(purchase.placedAt).getUTCFullYear();
    const sequence = (perYear.get(year) ?? 0) + 1;
    perYear.set(year, sequence);
    const number = `SO-${year}-${String(sequence).padStart(6, "0")}`;
    yield generateOrder(purchase, orderId(purchase.placedAt, random), number, random);
  }
}

function drawMoments(account: Account, random: SeededRandom): number[] {
  const last = account.lastSeenAt ?? REFERENCE_MS;
  const first = Math.max(FIRST_ORDER_MS, account.createdAt);
  return Array.from({ length: account.orderCount }, (_, index) =>
    index === 0 && account.hasFreshOrder
      ? REFERENCE_MS - random.between(HOUR_MS, 20 * HOUR_MS)
      : random.between(first, last),
  );
}

function generateOrder(purchase: Purchase, id: string, number: string, random: SeededRandom): OrderSeed {
  const { account, placedAt, articles } = purchase;
  const { currency, taxRates } = account.country;
  const lines = articles.map((article) => {
    const quantity = random.chance(0.75) ? 1 : random.between(2, 5);
    const unitPrice = fromEuroCents(article.euroCents, currency);
    const discount = random.chance(0.12)
      ? Math.floor((quantity * unitPrice * random.between(5, 30)) / 100)
      : 0;
    const taxRate = REDUCED_TAX.has(article.category) ? taxRates[1] : taxRates[0];
    const lineTotal = quantity * unitPrice - discount;
    return { article, quantity, unitPrice, discount, lineTotal, taxRate, warehouse: random.pick(WAREHOUSES) };
  });
  const subtotal = lines.reduce((sum, line) => sum + line.lineTotal, 0);
  const tax = lines.reduce((sum, line) => sum + Math.round((line.lineTotal * line.taxRate) / 10_000), 0);
  const shippingCost =
    subtotal >= fromEuroCents(FREE_SHIPPING_CENTS, currency) ? 0 : fromEuroCents(SHIPPING_CENTS, currency);
  return {
    id,
    number,
    userId: account.id,
    currency,
    placedAt,
    lines,
    subtotal,
    shippingCost,
    tax,
    total: subtotal + shippingCost + tax,
    fraudScore: random.between(0, 999) / 1_000,
    ...drawFulfilment(account.country, placedAt, random),
  };
}

const FREE_SHIPPING_CENTS = 5_000;
const SHIPPING_CENTS = 495;
const ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * Seven letters that grow with time, so that a table keyed by them is written from front to back, and seven that
 * nobody guesses from a neighbour's.
 */
function orderId(placedAt: number, random: SeededRandom): string {
  const seconds = Math.floor(placedAt / 1_000);
  return `ord_${letters(seconds, 7)}${letters(Math.floor(random.next() * 2 ** 32), 7)}`;
}

/** The lowest digits of a whole number in base 32, without letters that look alike. */
function letters(value: number, count: number): string {
  let rest = value;
  let text = "";
  while (text.length < count) {
    text = ID_LETTERS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
