import type { DatabaseSync } from "node:sqlite";
import { groupBy, number, text, textOrNull } from "../sql/rows.ts";
import type { Row } from "../sql/rows.ts";

/** Where a page ended: the next one starts with the order after it. */
export interface Position {
  placedAt: string;
  id: string;
}

export interface OrderReader {
  /** A user's order in the contract's shape; undefined where there is none, or it is somebody else's. */
  one(userId: string, orderId: string): object | undefined;
  /** At most `limit` of a user's orders, newest first, after the position; `next` where there are more. */
  page(
    userId: string,
    limit: number,
    after: Position | undefined,
  ): { orders: object[]; next: Position | null };
}

/** Past every position: no instant sorts after it, so that a first page needs no statement of its own. */
const BEFORE_ALL: Position = { placedAt: "~", id: "~" };

export function orderReader(database: DatabaseSync): OrderReader {
  const selectOne = database.prepare("SELECT * FROM orders WHERE id = ? AND user_id = ?");
  const selectPage = database.prepare(
    "SELECT * FROM orders WHERE user_id = ? AND (placed_at, id) < (?, ?) ORDER BY placed_at DESC, id DESC LIMIT ?",
  );
  // One statement per table and page, however many orders are on it.
  const ofOrders = (table: string, order: string): ((ids: string) => Row[]) => {
    const statement = database.prepare(
      `SELECT part.* FROM json_each(?) AS wanted JOIN ${table} AS part ON part.order_id = wanted.value ORDER BY ${order}`,
    );
    return (ids) => statement.all(ids);
  };
  const selectLines = ofOrders("order_lines", "part.order_id, part.position");
  const selectShipments = ofOrders("shipments", "part.order_id");
  const selectEvents = ofOrders("shipment_events", "part.order_id, part.position");

  const assemble = (rows: readonly Row[]): object[] => {
    const ids = JSON.stringify(rows.map((row) => text(row, "id")));
    const lines = groupBy(selectLines(ids), "order_id");
    const shipments = groupBy(selectShipments(ids), "order_id");
    const events = groupBy(selectEvents(ids), "order_id");
    return rows.map((row) => {
      const id = text(row, "id");
      return toOrder(row, lines.get(id) ?? [], shipments.get(id)?.[0], events.get(id) ?? []);
    });
  };

  return {
    one(userId, orderId) {
      const row = selectOne.get(orderId, userId);
      return row === undefined ? undefined : assemble([row])[0];
    },
    page(userId, limit, after = BEFORE_ALL) {
      const rows = selectPage.all(userId, after.placedAt, after.id, limit + 1);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const hasMore = rows.length > limit && last !== undefined;
      return {
        orders: shown.length === 0 ? [] : assemble(shown),
        next: hasMore ? { placedAt: text(last, "placed_at"), id: text(last, "id") } : null,
      };
    },
  };
}

function toOrder(row: Row, lines: readonly Row[], shipment: Row | undefined, events: readonly Row[]): object {
  const currency = text(row, "currency");
  const money = (holder: Row, column: string): object => ({ amount: number(holder, column), currency });
  return {
    id: text(row, "id"),
    userId: text(row, "user_id"),
    number: text(row, "number"),
    status: text(row, "status"),
    placedAt: text(row, "placed_at"),
    lines: lines.map((line) => ({
      productId: text(line, "product_id"),
      sku: text(line, "sku"),
      title: text(line, "title"),
      quantity: number(line, "quantity"),
      unitPrice: money(line, "unit_price"),
      discount: money(line, "discount"),
      lineTotal: money(line, "line_total"),
      taxRate: number(line, "tax_rate"),
      warehouse: text(line, "warehouse"),
    })),
    subtotal: money(row, "subtotal"),
    shippingCost: money(row, "shipping_cost"),
    tax: money(row, "tax"),
    total: money(row, "total"),
    shipment: shipment === undefined ? null : toShipment(shipment, events),
    payment: {
      method: text(row, "payment_method"),
      last4: textOrNull(row, "payment_last4"),
      capturedAt: textOrNull(row, "payment_captured_at"),
    },
    fraudScore: number(row, "fraud_score"),
    updatedAt: text(row, "updated_at"),
  };
}

function toShipment(row: Row, events: readonly Row[]): object {
  return {
    carrier: text(row, "carrier"),
    trackingNumber: text(row, "tracking_number"),
    estimatedDelivery: text(row, "estimated_delivery"),
    events: events.map((event) => ({
      at: text(event, "at"),
      place: text(event, "place"),
      status: text(event, "status"),
    })),
  };
}
