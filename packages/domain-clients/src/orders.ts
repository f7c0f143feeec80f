import type { CallScope, Operation, Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import { contract } from "./generated/orders.ts";
import type { Answers, components, operations } from "./generated/orders.ts";

export type Order = components["schemas"]["Order"];
export type OrderStatus = Order["status"];
export type OrderLine = Order["lines"][number];
export type Shipment = NonNullable<Order["shipment"]>;
/** `amount` in minor units of the currency (ISO 4217): cents, or whole yen. */
export type Money = components["schemas"]["Money"];
/** Newest first. `nextCursor` is where the next page starts; null on the last one. */
export type OrdersPage = Answers["listOrders"];
export type CancelReason = operations["cancelOrder"]["requestBody"]["content"]["application/json"]["reason"];

/** A client of the orders service for one scope. All methods throw an UpstreamError when the service fails. */
export type Orders = {
  /** The caller's orders, newest first: at most `limit` (1 to 100), from `cursor` on where one is given. */
  list(page: { readonly limit: number; readonly cursor?: string | undefined }): Promise<OrdersPage>;
  /** One of the caller's orders; another user's is `rejected`, as if it were not there. */
  get(orderId: string): Promise<Order>;
  /**
   * Cancels an order that has not shipped; one that has is `rejected`. The same key again cancels nothing twice and gets the
   * same answer.
   * @param cancellation `idempotencyKey`: 8 to 128 visible ASCII characters, chosen by whoever asks for the cancellation
   * @returns the cancelled order
   */
  cancel(
    orderId: string,
    cancellation: { readonly reason: CancelReason; readonly idempotencyKey: string },
  ): Promise<Order>;
};

/** The orders service, made once at start-up: its answers' checks are compiled here. */
export class OrdersService {
  readonly #upstream: Upstream;
  readonly #list: Operation<OrdersPage>;
  readonly #get: Operation<Order>;
  readonly #cancel: Operation<Order>;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
    this.#list = operationOf(contract.listOrders);
    this.#get = operationOf(contract.getOrder);
    this.#cancel = operationOf(contract.cancelOrder);
  }

  /** The client that a section of a screen uses: under its deadline, for its caller. */
  in(scope: CallScope): Orders {
    const upstream = this.#upstream;
    return {
      list: ({ limit, cursor }) => upstream.call(this.#list, scope, { query: { limit, cursor } }),
      get: (orderId) => upstream.call(this.#get, scope, { path: { orderId } }),
      cancel: (orderId, { reason, idempotencyKey }) =>
        upstream.call(this.#cancel, scope, { path: { orderId }, body: { reason }, idempotencyKey }),
    };
  }
}

export function ordersService(upstream: Upstream): OrdersService {
  return new OrdersService(upstream);
}
