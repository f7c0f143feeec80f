import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidCallError, isUpstreamError } from "@triptych/upstream-client";
import { ordersService } from "./orders.ts";
import { orderBody } from "./testing/bodies.ts";
import { domainService, problem, scopeOf } from "./testing/domain-service.ts";

test("lists a page of orders, and the next from its cursor", async (t) => {
  const { upstream, received } = await domainService(t, ({ url }) => ({
    body: url.includes("cursor")
      ? { orders: [], nextCursor: null }
      : { orders: [orderBody()], nextCursor: "a b&c" },
  }));
  const orders = ordersService(upstream).in(scopeOf(t));
  const page = await orders.list({ limit: 3 });
  assert.equal(page.orders[0]?.total.amount, 2490);
  assert.equal(page.nextCursor, "a b&c");
  const last = await orders.list({ limit: 3, cursor: page.nextCursor ?? undefined });
  assert.deepEqual(last, { orders: [], nextCursor: null });
  assert.deepEqual(
    received.map(({ url }) => url),
    ["/orders?limit=3", "/orders?limit=3&cursor=a%20b%26c"],
  );
});

test("gets one order", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: orderBody({ shipment: null }) }));
  const order = await ordersService(upstream).in(scopeOf(t)).get("o-1");
  assert.equal(order.shipment, null);
  assert.equal(received[0]?.url, "/orders/o-1");
});

test("an order that is not the caller's is rejected", async (t) => {
  const { upstream } = await domainService(t, () => problem(404));
  await assert.rejects(
    ordersService(upstream).in(scopeOf(t)).get("o-2"),
    (error: unknown) => isUpstreamError(error) && error.kind === "rejected",
  );
});

test("an id that is a path is not sent", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: orderBody() }));
  await assert.rejects(ordersService(upstream).in(scopeOf(t)).get("../users/me"), InvalidCallError);
  assert.equal(received.length, 0);
});

test("cancels with the caller's key", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: orderBody({ status: "cancelled" }) }));
  const orders = ordersService(upstream).in(scopeOf(t));
  const order = await orders.cancel("o-1", { reason: "too_slow", idempotencyKey: "key-12345" });
  assert.equal(order.status, "cancelled");
  const [request] = received;
  assert.equal(request?.method, "POST");
  assert.equal(request.url, "/orders/o-1/cancel");
  assert.equal(request.headers["idempotency-key"], "key-12345");
  assert.deepEqual(JSON.parse(request.body), { reason: "too_slow" });
});

test("without a key the cancellation is not sent", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: orderBody() }));
  const cancellation = { reason: "other", idempotencyKey: "" } as const;
  await assert.rejects(ordersService(upstream).in(scopeOf(t)).cancel("o-1", cancellation), InvalidCallError);
  assert.equal(received.length, 0);
});
