import { hash } from "node:crypto";
import { text } from "../service/database.ts";
import { Problem } from "../service/reply.ts";
import { idOf, limitOf, single, userOf } from "../service/request.ts";
import { runService } from "../service/run.ts";
import type { ServiceDefinition } from "../service/run.ts";
import { canceller } from "./cancel.ts";

/** An amount as the contract has it, in minor units of the order's currency. */
const money = (column: string): string => `json_object('amount', ${column}, 'currency', currency)`;

/** Rows of orders, each with its JSON in the contract's shape. */
const SELECT_ORDERS = `
  SELECT id, placed_at, json_object(
    'id', id, 'userId', user_id, 'number', number, 'status', status, 'placedAt', placed_at,
    'lines', json((
      SELECT json_group_array(json_object(
        'productId', product_id, 'sku', sku, 'title', title, 'quantity', quantity, 'unitPrice', ${money("unit_price")},
        'discount', ${money("discount")}, 'lineTotal', ${money("line_total")}, 'taxRate', tax_rate,
        'warehouse', warehouse) ORDER BY position)
      FROM order_lines WHERE order_id = orders.id)),
    'subtotal', ${money("subtotal")}, 'shippingCost', ${money("shipping_cost")}, 'tax', ${money("tax")}, 'total', ${money("total")},
    'shipment', json((
      SELECT json_object('carrier', carrier, 'trackingNumber', tracking_number, 'estimatedDelivery', estimated_delivery,
        'events', json((
          SELECT json_group_array(json_object('at', at, 'place', place, 'status', status) ORDER BY position)
          FROM shipment_events WHERE order_id = shipments.order_id)))
      FROM shipments WHERE order_id = orders.id)),
    'payment', json_object('method', payment_method, 'last4', payment_last4, 'capturedAt', payment_captured_at),
    'fraudScore', fraud_score, 'updatedAt', updated_at) AS body
  FROM orders WHERE user_id = :user`;

const SELECT_PAGE = `${SELECT_ORDERS} AND (placed_at, id) < (:placedAt, :id)
  ORDER BY placed_at DESC, id DESC LIMIT :limit`;

/** Where a page ended: the next one starts with the order after it. */
interface Position {
  placedAt: string;
  id: string;
}

/** Sorts after every order's position, so that the first page needs no statement of its own. */
const START: Position = { placedAt: "~", id: "~" };

/** The contract lets a caller ask for at most 100 orders. */
const MAX_LIMIT = 100;
/** The same address has another answer for every user. */
const PER_USER = { vary: "X-User-Id" };
const BREAKABLE_ORDER = { required: "total", typed: "lines", enumerated: "status" };

/** A user's orders. */
export const ordersService: ServiceDefinition = {
  name: "orders",
  defaultPort: 9002,
  loadData: () => import("./data.ts"),
  open(database, clock) {
    const selectPage = database.prepare(SELECT_PAGE);
    const selectOne = database.prepare(`${SELECT_ORDERS} AND id = :id`);
    const read = (user: string, id: string): string => {
      const row = selectOne.get({ user, id });
      // Another user's order gets the same answer as one that does not exist.
      if (row === undefined) throw new Problem(404, "You have no order of this id.");
      return text(row, "body");
    };
    const cancel = canceller(database, read, clock);
    return {
      routes: [
        {
          method: "get",
          path: "/orders",
          breakable: { required: "orders.*.total", typed: "orders.*.lines", enumerated: "orders.*.status" },
          answer(request, response) {
            const user = userOf(response);
            const limit = limitOf(request, MAX_LIMIT);
            const cursor = single(request, "cursor");
            const start = cursor === undefined ? START : fromCursor(user, cursor);
            const rows = selectPage.all({ user, ...start, limit: limit + 1 });
            const shown = rows.slice(0, limit);
            const last = rows.length > limit ? shown.at(-1) : undefined;
            const next = last && toCursor(user, { placedAt: text(last, "placed_at"), id: text(last, "id") });
            const orders = shown.map((row) => text(row, "body")).join(",");
            const body = `{"orders":[${orders}],"nextCursor":${JSON.stringify(next ?? null)}}`;
            return { status: 200, body, headers: PER_USER };
          },
        },
        {
          method: "get",
          path: "/orders/:orderId",
          breakable: BREAKABLE_ORDER,
          answer: (request, response) => ({
            status: 200,
            body: read(userOf(response), idOf(request, "orderId")),
            headers: PER_USER,
          }),
        },
        { method: "post", path: "/orders/:orderId/cancel", breakable: BREAKABLE_ORDER, answer: cancel },
      ],
    };
  },
};

/**
 * Where a user's next page starts, as one opaque word. A seal binds it to its user, so a damaged,
 * invented or borrowed cursor is refused. It needs no secret: every query asks for the caller's own
 * orders anyway.
 */
export function toCursor(userId: string, { placedAt, id }: Position): string {
  const seal = hash("sha256", ["orders cursor", userId, placedAt, id].join("|"), "base64url").slice(0, 16);
  return Buffer.from([placedAt, id, seal].join("|")).toString("base64url");
}

/** The position in a cursor. @throws Problem 400 if it is not a cursor of this user */
export function fromCursor(userId: string, cursor: string): Position {
  const [placedAt = "", id = ""] = Buffer.from(cursor, "base64url").toString("utf8").split("|");
  const position = { placedAt, id };
  // Compared as a whole, since Buffer skips what is not base64url.
  if (cursor === toCursor(userId, position)) return position;
  throw new Problem(
    400,
    "cursor must be a nextCursor that this user got; leave it out to start with the newest order.",
  );
}

if (import.meta.main) await runService("orders", () => ordersService, process.env);
