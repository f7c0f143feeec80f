import assert from "node:assert/strict";
import { test } from "node:test";
import { isUpstreamError } from "@triptych/upstream-client";
import { contract } from "../generated/orders.ts";
import type { Answers, Calls } from "../generated/orders.ts";
import { orderBody } from "../testing/bodies.ts";
import { domainService, scopeOf } from "../testing/domain-service.ts";
import type { ContractClient } from "@triptych/upstream-client/contract";
import { contractService } from "@triptych/upstream-client/contract";
import type { Contract } from "@triptych/upstream-client/contract";

type Orders = ContractClient<typeof contract, Calls, Answers>;

const ANY = { schema: {}, enums: { root: {}, named: {} } };

/** What a contract says of lists and objects in a query, which none of ours has. */
const SEARCH: Contract = {
  search: {
    name: "search",
    method: "GET",
    path: "/search",
    idempotent: false,
    repeated: ["tag"],
    unsendable: ["filter"],
    answer: ANY,
  },
  "HEAD /search": {
    name: "HEAD /search",
    method: "HEAD",
    path: "/search",
    idempotent: false,
    leftOut: "HEAD is no method that is called",
  },
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
  assert.ok(!("HEAD /search" in client), "what the upstream client cannot send has no method");
});

/** Every method, with a body where the contract says one, and answers without. */
const WRITES = {
  putItem: {
    name: "putItem",
    method: "PUT",
    path: "/items/{id}",
    idempotent: false,
    bodyType: "*/*",
    empty: "may",
    answer: ANY,
  },
  patchItem: {
    name: "patchItem",
    method: "PATCH",
    path: "/items/{id}",
    idempotent: true,
    bodyType: "application/merge-patch+json",
    empty: "must",
  },
  deleteItem: { name: "deleteItem", method: "DELETE", path: "/items/{id}", idempotent: false, empty: "must" },
} as const satisfies Contract;
type WriteCalls = {
  readonly putItem: WriteOf<{
    readonly requestBody: { readonly content: { readonly "*/*": { readonly name: string } } };
  }>;
  readonly patchItem: WriteOf<{
    readonly parameters: { readonly header?: { readonly "Idempotency-Key"?: string } };
    readonly requestBody?: {
      readonly content: { readonly "application/merge-patch+json": { readonly name?: null } };
    };
  }>;
  readonly deleteItem: WriteOf<object>;
};
type WriteOf<Call> = Call & { readonly parameters: { readonly path: { readonly id: number } } };
type WriteAnswers = {
  readonly putItem: { readonly id: string } | undefined;
  readonly patchItem: undefined;
  readonly deleteItem: undefined;
};

test("PUT, PATCH and DELETE send what the contract says, and an answer without a body is undefined", async (t) => {
  const { upstream, received } = await domainService(t, ({ method }) =>
    method === "PUT" && received.length > 1
      ? { status: 201, body: { id: "1" } }
      : { status: 204, body: undefined },
  );
  const { in: bind } = contractService<ContractClient<typeof WRITES, WriteCalls, WriteAnswers>>(
    WRITES,
    upstream,
  );
  const items = bind(scopeOf(t));
  const path = { id: 1 };
  assert.equal(await items.putItem({ path, body: { name: "a" } }), undefined);
  assert.equal((await items.putItem({ path, body: { name: "a" } }))?.id, "1");
  await items.patchItem({ path, body: { name: null }, idempotencyKey: "key-12345" });
  await items.deleteItem({ path });
  // @ts-expect-error -- the body is missing
  void (() => items.putItem({ path }));
  assert.deepEqual(
    received.map(({ method, url, body, headers }) => [method, url, body, headers["content-type"]]),
    [
      ["PUT", "/items/1", '{"name":"a"}', "application/json"],
      ["PUT", "/items/1", '{"name":"a"}', "application/json"],
      ["PATCH", "/items/1", '{"name":null}', "application/merge-patch+json"],
      ["DELETE", "/items/1", "", undefined],
    ],
  );
});
