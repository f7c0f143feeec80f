import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Route } from "../service/app.ts";
import { text } from "../service/database.ts";
import { Problem } from "../service/reply.ts";
import type { Reply } from "../service/reply.ts";
import { bodyOf, headerOf, idOf, userOf } from "../service/request.ts";
import type { Clock } from "../service/tools.ts";

const REASONS = ["changed_mind", "found_cheaper", "too_slow", "other"];
const CANCELLABLE = new Set(["placed", "paid", "packed"]);

interface Cancellation {
  user: string;
  order: string;
  reason: string;
  key: string;
}

/**
 * Answers cancellations. The answer is stored under its idempotency key in the transaction that
 * cancels, so a repetition gets the same bytes and changes nothing, even after a restart. That an
 * order can no longer be cancelled is such an answer too.
 *
 * @param read the JSON of a user's order
 */
export function canceller(
  database: DatabaseSync,
  read: (user: string, id: string) => string,
  clock: Clock,
): Route["answer"] {
  const selectEarlier = database.prepare(
    "SELECT * FROM cancellations WHERE user_id = ? AND idempotency_key = ?",
  );
  const selectOrder = database.prepare("SELECT status, updated_at FROM orders WHERE id = ? AND user_id = ?");
  const updateOrder = database.prepare(
    "UPDATE orders SET status = 'cancelled', cancel_reason = ?, updated_at = ? WHERE id = ?",
  );
  const insertAnswer = database.prepare("INSERT INTO cancellations VALUES (?, ?, ?, ?, ?, ?, ?)");

  const execute = ({ user, order, reason }: Cancellation): Reply => {
    const row = selectOrder.get(order, user);
    if (row === undefined) throw new Problem(404, "You have no order of this id.");
    const status = text(row, "status");
    if (!CANCELLABLE.has(status)) {
      const detail = `An order can be cancelled while it is placed, paid or packed; this one is ${status}.`;
      return new Problem(409, detail).toReply();
    }
    // Later than the last change, even if the machine's clock is behind the sample data.
    const ms = Math.max(clock.now(), Date.parse(text(row, "updated_at")) + 1);
    updateOrder.run(reason, new Date(ms).toISOString(), order);
    return { status: 200, body: read(user, order) };
  };

  const cancel = (wanted: Cancellation): Reply => {
    const { user, order, reason, key } = wanted;
    // IMMEDIATE: a second process with this file waits here, and then finds the first one's answer.
    database.exec("BEGIN IMMEDIATE");
    try {
      const earlier = selectEarlier.get(user, key);
      if (earlier !== undefined) return repeat(earlier, wanted);
      const reply = execute(wanted);
      const answeredAt = new Date(clock.now()).toISOString();
      insertAnswer.run(user, key, order, reason, reply.status, reply.body, answeredAt);
      database.exec("COMMIT");
      return reply;
    } finally {
      if (database.isTransaction) database.exec("ROLLBACK");
    }
  };

  return (request, response) => {
    const [user, order] = [userOf(response), idOf(request, "orderId")];
    const key = headerOf(request, "Idempotency-Key") ?? "";
    if (key.length < 8 || key.length > 128)
      throw new Problem(400, `Idempotency-Key must be 8 to 128 characters, got ${key.length}.`);
    const reason = reasonOf(bodyOf(request));
    return cancel({ user, order, reason, key });
  };
}

function reasonOf(body: unknown): string {
  const members = typeof body === "object" && body !== null ? Object.entries(body) : [];
  const [[name, value] = [], ...others] = members;
  const reason = REASONS.find((candidate) => candidate === value);
  if (name === "reason" && reason !== undefined && others.length === 0) return reason;
  throw new Problem(400, `The body must be {"reason": …} with one of ${REASONS.join(", ")}.`);
}

function repeat(earlier: Readonly<Record<string, SQLOutputValue>>, { order, reason }: Cancellation): Reply {
  if (text(earlier, "order_id") !== order || text(earlier, "reason") !== reason)
    throw new Problem(409, "This Idempotency-Key was used for another order or reason: send a new key.");
  const status = Number(earlier["answer_status"]);
  const body = text(earlier, "answer_body");
  return { status, body, headers: status === 200 ? {} : { "cache-control": "no-store" } };
}
