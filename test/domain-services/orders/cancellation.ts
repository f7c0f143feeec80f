import type { DatabaseSync } from "node:sqlite";
import { conflict, notFound, problemReply } from "../http/problem.ts";
import { json } from "../http/reply.ts";
import type { Reply } from "../http/reply.ts";
import type { Clock } from "../process/clock.ts";
import { number, text } from "../sql/rows.ts";
import type { Row } from "../sql/rows.ts";
import type { CancelReason } from "./cancel-request.ts";
import type { OrderReader } from "./order-reader.ts";

export interface Cancellation {
  userId: string;
  orderId: string;
  reason: CancelReason;
  idempotencyKey: string;
}

const CANCELLABLE = new Set(["placed", "paid", "packed"]);

/**
 * Cancels orders. The answer is kept with its idempotency key in the transaction that cancels, so a repetition, even
 * after a restart, gets the same bytes and changes nothing.
 *
 * The returned function throws Problem 404 (no such order of this user) and 409 (the key was used for something
 * else); that an order cannot be cancelled any more is an answer of its own, kept like the success.
 */
export function canceller(
  database: DatabaseSync,
  orders: OrderReader,
  clock: Clock,
): (wanted: Cancellation) => Reply {
  const selectEarlier = database.prepare(
    "SELECT * FROM cancellations WHERE user_id = ? AND idempotency_key = ?",
  );
  const selectOrder = database.prepare("SELECT status, updated_at FROM orders WHERE id = ? AND user_id = ?");
  const updateOrder = database.prepare(
    "UPDATE orders SET status = 'cancelled', cancel_reason = ?, updated_at = ? WHERE id = ?",
  );
  const insertAnswer = database.prepare("INSERT INTO cancellations VALUES (?, ?, ?, ?, ?, ?, ?)");

  const execute = ({ userId, orderId, reason }: Cancellation): Reply => {
    const order = selectOrder.get(orderId, userId);
    if (order === undefined) throw notFound("You have no order of this id.");
    const status = text(order, "status");
    if (!CANCELLABLE.has(status)) {
      return problemReply(
        conflict(`An order can be cancelled while it is placed, paid or packed; this one is ${status}.`),
      );
    }
    updateOrder.run(reason, changeInstant(clock, text(order, "updated_at")), orderId);
    return json(orders.one(userId, orderId));
  };

  return (wanted) => {
    const { userId, orderId, reason, idempotencyKey } = wanted;
    // Immediate: a second process with this file waits here, and then finds the first one's answer.
    database.exec("BEGIN IMMEDIATE");
    try {
      const earlier = selectEarlier.get(userId, idempotencyKey);
      if (earlier !== undefined) {
        database.exec("ROLLBACK");
        return repeat(earlier, wanted);
      }
      const reply = execute(wanted);
      insertAnswer.run(
        userId,
        idempotencyKey,
        orderId,
        reason,
        reply.status,
        reply.body,
        new Date(clock.now()).toISOString(),
      );
      database.exec("COMMIT");
      return reply;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  };
}

function repeat(earlier: Row, { orderId, reason }: Cancellation): Reply {
  if (text(earlier, "order_id") !== orderId || text(earlier, "reason") !== reason) {
    throw conflict("This Idempotency-Key was used for another order or reason: send a new key.");
  }
  const status = number(earlier, "answer_status");
  return {
    status,
    mediaType: status === 200 ? "application/json" : "application/problem+json",
    body: text(earlier, "answer_body"),
    headers: status === 200 ? {} : { "cache-control": "no-store" },
  };
}

/** Later than the last change, even where the machine's clock is behind the sample data. */
function changeInstant(clock: Clock, lastChange: string): string {
  return new Date(Math.max(Math.floor(clock.now()), Date.parse(lastChange) + 1)).toISOString();
}
