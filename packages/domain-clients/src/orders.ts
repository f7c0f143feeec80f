import { UpstreamError, isUpstreamError } from "@triptych/upstream-client";
import type { Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import type { ContractService } from "@triptych/upstream-client/contract";
import { contract } from "./generated/orders.ts";
import type { Answers, components, operations } from "./generated/orders.ts";
import { OURS } from "./service.ts";

/** An order with its lines, totals and shipment. */
export type Order = components["schemas"]["Order"];
/** Where an order is on its way; `unknown` for a status that the contract does not list. */
export type OrderStatus = Order["status"];
/** One product of an order, with quantity and prices. */
export type OrderLine = Order["lines"][number];
/** How an order is delivered. An order has none before it is shipped. */
export type Shipment = NonNullable<Order["shipment"]>;
/** `amount` in minor units of the currency (ISO 4217): cents, or whole yen. */
export type Money = components["schemas"]["Money"];
/** Orders, newest first. `nextCursor` is where the next page starts; null on the last page. */
export type OrdersPage = Answers["listOrders"];
/** Why a user cancels an order. */
export type CancelReason = operations["cancelOrder"]["requestBody"]["content"]["application/json"]["reason"];

/**
 * A client of the orders service for one scope. It throws an UpstreamError when the service fails.
 */
export type Orders = {
  /**
   * The caller's orders, newest first: at most `limit` (1 to 100), starting at `cursor` if given.
   * An order that breaks the contract is left out, which the scope notes. A cursor that the service
   * did not make is `rejected`, as a page that does not exist.
   */
  list(page: { readonly limit: number; readonly cursor?: string | undefined }): Promise<OrdersPage>;
  /** One of the caller's orders. Another user's order is `rejected`, as if it did not exist. */
  get(orderId: string): Promise<Order>;
  /**
   * Cancels an order that has not shipped; one that has is `rejected`. A second call with the same
   * key changes nothing and gets the same answer.
   *
   * @param cancellation `idempotencyKey`: 8 to 128 visible ASCII characters, chosen by the client
   * @returns the cancelled order
   */
  cancel(
    orderId: string,
    cancellation: { readonly reason: CancelReason; readonly idempotencyKey: string },
  ): Promise<Order>;
};

/** The orders service. Make it once, at start-up: this compiles the checks of its answers. */
export function ordersService(upstream: Upstream): ContractService<Orders> {
  const listOrders = operationOf<OrdersPage>(contract.listOrders, { leaveOut: "orders" });
  const getOrder = operationOf<Order>(contract.getOrder);
  const cancelOrder = operationOf<Order>(contract.cancelOrder);
  return {
    in: (scope) => ({
      list: ({ limit, cursor }) =>
        upstream.call(listOrders, scope, { query: { limit, cursor } }).catch((error: unknown) => {
          throw cursor === undefined ? error : unknownCursor(error);
        }),
      get: (orderId) => upstream.call(getOrder, scope, { path: { orderId } }),
      cancel: (orderId, { reason, idempotencyKey }) =>
        upstream.call(cancelOrder, scope, { path: { orderId }, body: { reason }, idempotencyKey }),
    }),
  };
}

/** How a BFF uses the service, where it changes no default. */
export const orders = { service: ordersService, ...OURS };

/** Only the service can tell a mistyped cursor from one that it made. It answers with 400. */
function unknownCursor(error: unknown): unknown {
  if (!isUpstreamError(error) || error.status !== 400) return error;
  const { kind, upstream, operation, status } = error;
  const reason = "there is no page at this cursor";
  return new UpstreamError({
    kind,
    upstream,
    operation,
    status,
    reason,
    rejection: "not-found",
    cause: error,
  });
}
