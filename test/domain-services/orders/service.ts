import { idOf, limitOf, single } from "../http/parameters.ts";
import { notFound } from "../http/problem.ts";
import { json } from "../http/reply.ts";
import type { Route } from "../http/router.ts";
import type { ServiceDefinition } from "../process/service.ts";
import { cancelReasonOf, idempotencyKeyOf } from "./cancel-request.ts";
import { canceller } from "./cancellation.ts";
import { fromCursor, toCursor } from "./cursor.ts";
import { ordersSeed } from "./database.ts";
import { orderReader } from "./order-reader.ts";
import type { OrderReader } from "./order-reader.ts";

const MAX_LIMIT = 100;

/** Answers differ by user, whoever asks for the same address. */
const PER_USER = { vary: "X-User-Id" };

const BREAKABLE_ORDER = { required: "total", typed: "lines", enumerated: "status" };

/** A user's orders. */
export const ordersService: ServiceDefinition = {
  name: "orders",
  seed: ordersSeed,
  open(database, clock) {
    const orders = orderReader(database);
    const cancel = canceller(database, orders, clock);
    return {
      routes: [
        listOrders(orders),
        getOrder(orders),
        {
          method: "POST",
          path: "/orders/:orderId/cancel",
          breakable: BREAKABLE_ORDER,
          async answer(request) {
            const userId = request.userId();
            const orderId = idOf(request.params, "orderId");
            const idempotencyKey = idempotencyKeyOf(request);
            const reason = cancelReasonOf(await request.json());
            return cancel({ userId, orderId, reason, idempotencyKey });
          },
        },
      ],
    };
  },
};

function listOrders(orders: OrderReader): Route {
  return {
    method: "GET",
    path: "/orders",
    breakable: { required: "orders.*.total", typed: "orders.*.lines", enumerated: "orders.*.status" },
    answer(request) {
      const userId = request.userId();
      const limit = limitOf(request.query, MAX_LIMIT);
      const cursor = single(request.query, "cursor");
      const page = orders.page(userId, limit, cursor === undefined ? undefined : fromCursor(userId, cursor));
      return json(
        { orders: page.orders, nextCursor: page.next === null ? null : toCursor(userId, page.next) },
        PER_USER,
      );
    },
  };
}

function getOrder(orders: OrderReader): Route {
  return {
    method: "GET",
    path: "/orders/:orderId",
    breakable: BREAKABLE_ORDER,
    answer(request) {
      const order = orders.one(request.userId(), idOf(request.params, "orderId"));
      if (order === undefined) throw notFound("You have no order of this id.");
      return json(order, PER_USER);
    },
  };
}
