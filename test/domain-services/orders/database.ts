import type { DatabaseSync } from "node:sqlite";
import type { OrderLineSeed, OrderSeed } from "../seed/orders.ts";
import { SEED_VERSION, toDate, toDateTime } from "../seed/reference.ts";
import { inserter } from "../sql/insert.ts";
import type { ColumnValues } from "../sql/insert.ts";
import type { DatabaseSeed } from "../sql/seeded-database.ts";

const SCHEMA_VERSION = 1;

/** Amounts are minor units of the order's currency. */
const SCHEMA = `
  CREATE TABLE orders (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('placed', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'returned')),
    placed_at TEXT NOT NULL, updated_at TEXT NOT NULL, currency TEXT NOT NULL,
    subtotal INTEGER NOT NULL, shipping_cost INTEGER NOT NULL, tax INTEGER NOT NULL, total INTEGER NOT NULL,
    payment_method TEXT NOT NULL, payment_last4 TEXT, payment_captured_at TEXT, fraud_score REAL NOT NULL,
    cancel_reason TEXT
  ) WITHOUT ROWID;
  CREATE TABLE order_lines (
    order_id TEXT NOT NULL REFERENCES orders (id), position INTEGER NOT NULL, product_id TEXT NOT NULL, sku TEXT NOT NULL,
    title TEXT NOT NULL, quantity INTEGER NOT NULL, unit_price INTEGER NOT NULL, discount INTEGER NOT NULL,
    line_total INTEGER NOT NULL, tax_rate REAL NOT NULL, warehouse TEXT NOT NULL,
    PRIMARY KEY (order_id, position)
  ) WITHOUT ROWID;
  CREATE TABLE shipments (
    order_id TEXT PRIMARY KEY REFERENCES orders (id), carrier TEXT NOT NULL, tracking_number TEXT NOT NULL,
    estimated_delivery TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE shipment_events (
    order_id TEXT NOT NULL REFERENCES shipments (order_id), position INTEGER NOT NULL,
    at TEXT NOT NULL, place TEXT NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (order_id, position)
  ) WITHOUT ROWID;
  CREATE TABLE cancellations (
    user_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, order_id TEXT NOT NULL, reason TEXT NOT NULL,
    answer_status INTEGER NOT NULL, answer_body TEXT NOT NULL, answered_at TEXT NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
  ) WITHOUT ROWID;
`;

/** After the rows: an index that grows with every insert costs twice the time. */
const INDEX = "CREATE INDEX orders_of_user ON orders (user_id, placed_at DESC, id DESC)";

export const ordersSeed: DatabaseSeed = {
  name: "orders",
  version: SEED_VERSION * 1_000 + SCHEMA_VERSION,
  async load() {
    const { generateOrders } = await import("../seed/orders.ts");
    return (database) => {
      database.exec(SCHEMA);
      fill(database, generateOrders());
      database.exec(INDEX);
    };
  },
};

function fill(database: DatabaseSync, orders: Iterable<OrderSeed>): void {
  const insertOrder = inserter(database, "orders");
  const insertLine = inserter(database, "order_lines");
  const insertShipment = inserter(database, "shipments");
  const insertEvent = inserter(database, "shipment_events");
  for (const order of orders) {
    insertOrder(orderColumns(order));
    for (const [position, line] of order.lines.entries()) insertLine(lineColumns(order.id, position, line));
    if (order.shipment === null) continue;
    const { carrier, trackingNumber, estimatedDelivery, events } = order.shipment;
    insertShipment({
      order_id: order.id,
      carrier,
      tracking_number: trackingNumber,
      estimated_delivery: toDate(estimatedDelivery),
    });
    for (const [position, { at, place, status }] of events.entries()) {
      insertEvent({ order_id: order.id, position, at: toDateTime(at), place, status });
    }
  }
}

function orderColumns(order: OrderSeed): ColumnValues {
  return {
    id: order.id,
    user_id: order.userId,
    number: order.number,
    status: order.status,
    placed_at: toDateTime(order.placedAt),
    updated_at: toDateTime(order.updatedAt),
    currency: order.currency,
    subtotal: order.subtotal,
    shipping_cost: order.shippingCost,
    tax: order.tax,
    total: order.total,
    payment_method: order.paymentMethod,
    payment_last4: order.last4,
    payment_captured_at: order.capturedAt === null ? null : toDateTime(order.capturedAt),
    fraud_score: order.fraudScore,
  };
}

function lineColumns(orderId: string, position: number, line: OrderLineSeed): ColumnValues {
  const { article, quantity, unitPrice, discount, lineTotal, taxRate, warehouse } = line;
  return {
    order_id: orderId,
    position,
    product_id: article.id,
    sku: article.sku,
    title: article.title,
    quantity,
    unit_price: unitPrice,
    discount,
    line_total: lineTotal,
    tax_rate: taxRate / 10_000,
    warehouse,
  };
}
