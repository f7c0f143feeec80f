import assert from "node:assert/strict";
import { test } from "node:test";
import { isUpstreamError } from "@triptych/upstream-client";
import { contract } from "../generated/orders.ts";
import type { Answers, Calls } from "../generated/orders.ts";
import { orderBody } from "../testing/bodies.ts";
import { domainService, scopeOf } from "../testing/domain-service.ts";
import type { ContractClient } from "./contract-client.ts";
import { contractService } from "./contract-service.ts";
import type { Contract } from "./contract-service.ts";

type Orders = ContractClient<typeof contract, Calls, Answers>;

/** What a contract says of lists and objects in a query, which none of ours has. */
const SEARCH: Contract = {
  search: {
    name: "search",
    method: "GET",
    path: "/search",
    idempotent: false,
    repeated: ["tag"],
    unsendable: ["filter"],
    answer: { schema: {}, enums: { root: {}, named: {} } },
  },
  "DELETE /search": { name: "DELETE /search", method: "DELETE", path: "/search", idempotent: false },
};
type Search = { readonly search: (input: { readonly query: object }) => Promise<unknown> };

test("each operation of the contract is a method, typed by the contract", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: orderBody() }));
  const orders = contractService<Orders>(contract, upstream, { basePath: "/api" }).in(scopeOf(t));
  const order = await orders.getOrder({ path: { orderId: "ord_1" } });
  assert.equal(order.id, orderBody()["id"]);
  const cancelled = await orders.cancelOrder({
    path: { orderId: "ord_1" },
    body: { reason: "changed_mind" },
    idempotencyKey: "key-12345",
  });
  assert.equal(cancelled.id, orderBody()["id"]);
  assert.deepEqual(
    received.map(({ method, url, body, headers }) => [method, url, body, headers["idempotency-key"]]),
    [
      ["GET", "/api/orders/ord_1", "", undefined],
      ["POST", "/api/orders/ord_1/cancel", '{"reason":"changed_mind"}', "key-12345"],
    ],
  );
});

test("what the contract does not allow is an error of types, and none reaches the service", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: orderBody() }));
  const orders = contractService<Orders>(contract, upstream).in(scopeOf(t));
  // @ts-expect-error -- the path's parameter is missing
  await assert.rejects(orders.getOrder(), /path parameter orderId must match/);
  await assert.rejects(
    orders.getOrder({ path: { orderId: "../users" } }),
    /path parameter orderId must match/,
  );
  // @ts-expect-error -- it takes a key
  const keyless = orders.cancelOrder({ path: { orderId: "ord_1" }, body: { reason: "changed_mind" } });
  await assert.rejects(keyless, /needs an idempotencyKey/);
  assert.equal(received.length, 0);
});

test("an answer that breaks the contract is invalid", async (t) => {
  const { upstream } = await domainService(t, () => ({ body: orderBody({ lines: "none" }) }));
  const orders = contractService<Orders>(contract, upstream).in(scopeOf(t));
  await assert.rejects(
    orders.getOrder({ path: { orderId: "ord_1" } }),
    (error: unknown) =>
      isUpstreamError(error) && error.kind === "invalid" && error.message.includes("/lines"),
  );
});

test("lists go into the query as the contract says; what has another form is refused", async (t) => {
  const { upstream, received } = await domainService(t, () => ({ body: {} }));
  const { in: bind } = contractService<Search>(SEARCH, upstream);
  const client = bind(scopeOf(t));
  await client.search({ query: { tag: ["a", "b c"], id: [1, 2], page: 3, none: undefined } });
  assert.equal(received[0]?.url, "/search?tag=a&tag=b%20c&id=1,2&page=3");
  await assert.rejects(
    client.search({ query: { filter: { a: 1 } } }),
    /query parameter filter has a form that is not sent/,
  );
  await assert.rejects(client.search({ query: { page: {} } }), /query parameter page has a form/);
  assert.equal(received.length, 1);
  assert.ok(!("DELETE /search" in client), "what the upstream client cannot send has no method");
});
