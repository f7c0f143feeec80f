import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Order, Orders } from "@triptych/domain-clients/orders";
import * as fc from "fast-check";
import { order } from "../testing/sample-data.ts";
import { fromOrderCursor, loadOrders, toOrderCursor } from "./order-pages.ts";

/** An orders service with so many orders, and the calls that it got; its cursors are places. */
function ordersWith(count: number) {
  const all = Array.from({ length: count }, (_, index) => order(`o-${index}`, []));
  const calls: { limit: number; cursor?: string | undefined }[] = [];
  const never = () => Promise.reject(new TypeError("not asked for"));
  const orders: Orders = {
    list: async (page) => {
      calls.push(page);
      assert.ok(page.limit >= 1 && page.limit <= 100, `limit ${page.limit}`);
      const start = Number(page.cursor ?? 0);
      const end = start + page.limit;
      return { orders: all.slice(start, end), nextCursor: end < count ? String(end) : null };
    },
    get: never,
    cancel: never,
  };
  return { all, calls, orders };
}

const idsOf = (page: { readonly edges: readonly { readonly node: Order }[] }) =>
  page.edges.map(({ node }) => node.id);

describe("a page of orders", () => {
  test("is one call, from page to page", async () => {
    const { all, calls, orders } = ordersWith(25);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await loadOrders(orders, { first: 10, after });
      seen.push(...idsOf(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    assert.deepEqual(
      seen,
      all.map(({ id }) => id),
    );
    assert.deepEqual(calls, [
      { limit: 10, cursor: undefined },
      { limit: 10, cursor: "10" },
      { limit: 10, cursor: "20" },
    ]);
  });

  test("is empty, and the last, for a user without orders", async () => {
    const { orders } = ordersWith(0);
    assert.deepEqual(await loadOrders(orders, { first: 10 }), {
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  test("after the very last order is empty", async () => {
    const { orders } = ordersWith(3);
    const { pageInfo } = await loadOrders(orders, { first: 10 });
    assert.equal(pageInfo.hasNextPage, false);
    const beyond = await loadOrders(orders, { first: 10, after: pageInfo.endCursor });
    assert.deepEqual(beyond, { edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  test("starts after any edge of any page, in two calls at most, with a cursor that is ours again", async () => {
    const count = 230;
    const { all, calls, orders } = ordersWith(count);
    const size = fc.integer({ min: 1, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(size, fc.nat()), { minLength: 1, maxLength: 20 }), async (steps) => {
        let place = 0;
        let after: string | null = null;
        for (const [first, choice] of steps) {
          calls.length = 0;
          const page = await loadOrders(orders, { first, after });
          assert.deepEqual(
            idsOf(page),
            all.slice(place, place + first).map(({ id }) => id),
          );
          assert.equal(page.pageInfo.hasNextPage, place + first < count);
          assert.ok(calls.length <= 2, `${calls.length} calls`);
          const chosen = page.edges[choice % Math.max(1, page.edges.length)];
          if (chosen === undefined) return;
          assert.notEqual(fromOrderCursor(chosen.cursor), undefined);
          place = all.indexOf(chosen.node) + 1;
          after = chosen.cursor;
        }
      }),
    );
  });

  test("ends where a service gives short pages for ever", async () => {
    let calls = 0;
    const never = () => Promise.reject(new TypeError("not asked for"));
    const orders: Orders = {
      list: async () => {
        calls += 1;
        return { orders: [], nextCursor: "again" };
      },
      get: never,
      cancel: never,
    };
    const page = await loadOrders(orders, { first: 10 });
    assert.deepEqual([calls, page.edges.length, page.pageInfo.hasNextPage], [2, 0, true]);
  });

  test("is cut where a service gives more than it was asked for", async () => {
    const { all, orders } = ordersWith(30);
    const generous: Orders = { ...orders, list: async () => ({ orders: all, nextCursor: null }) };
    const page = await loadOrders(generous, { first: 10 });
    assert.equal(page.edges.length, 10);
    assert.equal(page.pageInfo.hasNextPage, true);
    const next = await loadOrders(generous, { first: 10, after: page.pageInfo.endCursor });
    assert.equal(next.edges[0]?.node.id, "o-10");
  });
});

describe("an order's cursor", () => {
  test("reads back as it was written", () => {
    for (const position of [
      { from: null, skip: 0 },
      { from: "", skip: 100 },
      { from: "ünicode \u{1f600}", skip: 7 },
    ]) {
      assert.deepEqual(fromOrderCursor(toOrderCursor(position)), position);
    }
  });

  test("is nothing but what we wrote, and reading never throws", () => {
    const encode = (text: string) => Buffer.from(text).toString("base64url");
    const wrong = ["", "x", "[0,null]", `${encode("[0,null]")}=`, encode("[0, null]"), encode("[101,null]")];
    wrong.push(
      encode("[-1,null]"),
      encode("[0.5,null]"),
      encode("[0,1]"),
      encode("[0]"),
      encode('{"0":0}'),
      encode("null"),
    );
    wrong.push(toOrderCursor({ from: "x".repeat(1_025), skip: 0 }));
    for (const text of wrong) assert.equal(fromOrderCursor(text), undefined, text);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const position = fromOrderCursor(text);
        return position === undefined || toOrderCursor(position) === text;
      }),
    );
  });
});
