import { conflict } from "../http/problem.ts";

/** A recorded order, as far as a cancellation has to know it. */
export interface RecordedOrder {
  readonly id: string;
  readonly status: string;
}

const CANCELLABLE = new Set(["placed", "paid", "packed"]);

/** What was cancelled since the process started: recordings are only read. */
export class Cancellations {
  readonly #cancelled = new Set<string>();
  readonly #keys = new Map<string, string>();

  /**
   * Cancels as the orders service does: once for an idempotency key, and only what has not shipped.
   *
   * @throws Problem 409
   */
  cancel(order: RecordedOrder, { user, key }: { readonly user: string; readonly key: string }): object {
    const place = `${user} ${order.id}`;
    const before = this.#keys.get(`${user} ${key}`);
    if (before !== undefined && before !== place)
      throw conflict("This Idempotency-Key was used for another order: send a new key.");
    if (before === undefined) {
      const { status } = this.#now(order, user);
      if (!CANCELLABLE.has(status)) {
        throw conflict(
          `An order can be cancelled while it is placed, paid or packed; this one is ${status}.`,
        );
      }
    }
    this.#keys.set(`${user} ${key}`, place);
    this.#cancelled.add(place);
    return this.#now(order, user);
  }

  /** An answer with the orders in it as they are by now. */
  applied(body: unknown, user: string): unknown {
    if (Array.isArray(body)) return body.map((element) => this.applied(element, user));
    if (typeof body !== "object" || body === null) return body;
    if (isOrder(body)) return this.#now(body, user);
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, this.applied(value, user)]));
  }

  #now<T extends RecordedOrder>(order: T, user: string): T {
    return this.#cancelled.has(`${user} ${order.id}`) ? { ...order, status: "cancelled" } : order;
  }
}

export function isOrder(value: unknown): value is RecordedOrder {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "status" in value &&
    typeof value.status === "string"
  );
}
