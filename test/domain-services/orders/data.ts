import type { DatabaseSync } from "node:sqlite";
import type { Article } from "../seed/articles.ts";
import { generatePurchases } from "../seed/purchases.ts";
import type { Purchase } from "../seed/purchases.ts";
import { seededRandom } from "../seed/random.ts";
import type { SeededRandom } from "../seed/random.ts";
import { CURRENCY, DAY_MS, HOUR_MS, REFERENCE_MS, toDate, toDateTime, WAREHOUSES } from "../seed/shop.ts";
import type { Country } from "../seed/shop.ts";
import type { Insert } from "../service/database.ts";

/**
 * Created after the rows are inserted: an index that grows with every insert takes twice the time.
 */
const INDEX = "CREATE INDEX orders_of_user ON orders (user_id, placed_at DESC, id DESC)";

const FREE_SHIPPING_CENTS = 5_000;
const SHIPPING_CENTS = 495;
/** The shop hands a parcel to the carrier within two days. */
const HANDED_OVER_DAYS = 2;
/** Without letters that look like others. */
const ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

/** Fills the orders' database: the same rows on every call. */
export function fill(insert: Insert, database: DatabaseSync): void {
  const random = seededRandom(0x0de75);
  const perYear = new Map<number, number>();
  for (const purchase of generatePurchases()) {
    const year = new Date(purchase.placedAt).getUTCFullYear();
    const sequence = (perYear.get(year) ?? 0) + 1;
    perYear.set(year, sequence);
    insertOrder(purchase, `SO-${year}-${String(sequence).padStart(6, "0")}`, insert, random);
  }
  database.exec(INDEX);
}

/** The order of the draws decides what each order gets: do not reorder them. */
function insertOrder(purchase: Purchase, number: string, insert: Insert, random: SeededRandom): void {
  const { account, placedAt, articles } = purchase;
  const { country } = account;
  const id = orderId(placedAt, random);
  const lines = articles.map((article) => drawLine(article, country, random));
  const sum = (of: (line: (typeof lines)[number]) => number): number =>
    lines.reduce((total, line) => total + of(line), 0);
  const subtotal = sum(({ line_total: total }) => total);
  const tax = sum(({ line_total: total, rate }) => Math.round((total * rate) / 10_000));
  const isFree = subtotal >= FREE_SHIPPING_CENTS;
  const shippingCost = isFree ? 0 : SHIPPING_CENTS;
  const fraudScore = random.between(0, 999) / 1_000;
  const status = drawStatus(REFERENCE_MS - placedAt, random);
  const method = random.pick(["card", "card", "card", "paypal", "invoice"]);
  const last4 = method === "card" ? String(random.between(0, 9_999)).padStart(4, "0") : null;
  const paidAt = Math.min(placedAt + random.between(30_000, 20 * 60_000), REFERENCE_MS);
  const isHandedOver = ["shipped", "delivered", "returned"].includes(status);
  const shipment = isHandedOver ? drawShipment(country, placedAt, status, random) : undefined;
  insert("orders", {
    id,
    user_id: account.id,
    number,
    status,
    placed_at: toDateTime(placedAt),
    updated_at: toDateTime(shipment?.events.at(-1)?.at ?? lastChange({ status, placedAt, paidAt }, random)),
    currency: CURRENCY,
    subtotal,
    shipping_cost: shippingCost,
    tax,
    total: subtotal + shippingCost + tax,
    payment_method: method,
    payment_last4: last4,
    payment_captured_at: status === "placed" || status === "cancelled" ? null : toDateTime(paidAt),
    fraud_score: fraudScore,
  });
  for (const [position, { rate, ...line }] of lines.entries())
    insert("order_lines", { order_id: id, position, ...line, tax_rate: rate / 10_000 });
  if (shipment === undefined) return;
  const { events, ...sent } = shipment;
  insert("shipments", { order_id: id, ...sent });
  for (const [position, event] of events.entries())
    insert("shipment_events", { order_id: id, position, ...event, at: toDateTime(event.at) });
}

/** A line, and its tax rate in hundredths of a percent. */
function drawLine(article: Article, { tax }: Country, random: SeededRandom) {
  const quantity = random.chance(0.75) ? 1 : random.between(2, 5);
  const unitPrice = article.euroCents;
  const full = quantity * unitPrice;
  const discount = random.chance(0.12) ? Math.floor((full * random.between(5, 30)) / 100) : 0;
  return {
    product_id: article.id,
    sku: article.sku,
    title: article.title,
    quantity,
    unit_price: unitPrice,
    discount,
    line_total: full - discount,
    warehouse: random.pick(WAREHOUSES),
    rate: tax[article.department.tax],
  };
}

/** A status that fits the order's age: nothing is delivered on the day it was placed. */
function drawStatus(ageMs: number, random: SeededRandom): string {
  if (random.chance(0.04) && ageMs > DAY_MS) return "cancelled";
  if (ageMs < 6 * HOUR_MS) return random.pick(["placed", "placed", "paid"]);
  if (ageMs < DAY_MS) return random.pick(["placed", "paid", "packed"]);
  if (ageMs < HANDED_OVER_DAYS * DAY_MS) return random.pick(["paid", "packed"]);
  if (ageMs < 7 * DAY_MS) return random.chance(0.9) ? "shipped" : "packed";
  return random.chance(0.03) && ageMs > 20 * DAY_MS ? "returned" : "delivered";
}

/**
 * A parcel that takes four days. What would happen after the reference date has not happened yet.
 */
function drawShipment(country: Country, placedAt: number, status: string, random: SeededRandom) {
  const hub = random.pick(country.hubs);
  const start = placedAt + random.between(20 * HOUR_MS, HANDED_OVER_DAYS * DAY_MS);
  const step = (fraction: number): number => Math.floor(start + 4 * DAY_MS * fraction);
  const way = [
    { at: step(0), place: random.pick(country.hubs), status: "accepted" },
    { at: step(0.3), place: hub, status: "in_transit" },
    { at: step(0.9), place: random.pick(country.hubs), status: "out_for_delivery" },
    { at: step(1), place: random.pick(country.hubs), status: "delivered" },
  ];
  const events = status === "shipped" ? way.slice(0, 3).filter((event) => event.at <= REFERENCE_MS) : way;
  if (status === "returned")
    events.push({ at: step(1) + 9 * DAY_MS, place: hub, status: "returned_to_sender" });
  return {
    carrier: random.pick(country.carriers),
    tracking_number: `${country.code}${random.between(100_000_000, 999_999_999)}${random.between(10, 99)}`,
    estimated_delivery: toDate(step(1)),
    events,
  };
}

/** When an order without a shipment last changed. */
function lastChange(
  { status, placedAt, paidAt }: { status: string; placedAt: number; paidAt: number },
  random: SeededRandom,
): number {
  if (status === "placed") return placedAt;
  if (status === "paid") return paidAt;
  return Math.min(paidAt + random.between(HOUR_MS, 12 * HOUR_MS), REFERENCE_MS);
}

/**
 * Seven letters that grow with time, so that rows are appended to the table, then seven that cannot
 * be guessed from another order's.
 */
function orderId(placedAt: number, random: SeededRandom): string {
  const seconds = Math.floor(placedAt / 1_000);
  return `ord_${letters(seconds, 7)}${letters(Math.floor(random.next() * 2 ** 32), 7)}`;
}

/** The lowest digits of a whole number in base 32. */
function letters(value: number, count: number): string {
  let rest = value;
  let text = "";
  while (text.length < count) {
    text = ID_LETTERS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
