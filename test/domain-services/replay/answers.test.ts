import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recordedAnswers } from "./answers.ts";
import type { Exchange } from "./recording.ts";

const exchange = (path: string, body: unknown, person: number | null): Exchange => ({
  path,
  person,
  isConditional: false,
  body,
});
const order = (id: string) => ({ id, status: "paid" });

const ORDERS = recordedAnswers([
  exchange("/orders?limit=2", { orders: [order("a"), order("b")], nextCursor: null }, 1),
  exchange("/orders?limit=3", { orders: [order("a"), order("b"), order("c")], nextCursor: null }, 1),
  exchange("/orders?limit=3", { orders: [], nextCursor: null }, 2),
]);
const PRODUCTS = recordedAnswers([
  exchange("/products?ids=p1,p2,gone", { products: [{ id: "p1" }, { id: "p2" }] }, null),
  exchange("/products?ids=p3", { products: [{ id: "p3" }] }, null),
]);

const orders = (person: number, query: string): unknown =>
  ORDERS.find(person, "/orders", new URLSearchParams(query))?.body;
const products = (ids: string): unknown => PRODUCTS.find(0, "/products", new URLSearchParams({ ids }))?.body;

describe("answers from a recording", () => {
  it("are cut from the longest recorded list, page by page to its end", () => {
    assert.deepEqual(orders(1, "limit=1"), { orders: [order("a")], nextCursor: "at-1" });
    assert.deepEqual(orders(1, "limit=1&cursor=at-1"), { orders: [order("b")], nextCursor: "at-2" });
    assert.deepEqual(orders(1, "limit=1&cursor=at-2"), { orders: [order("c")], nextCursor: null });
    assert.deepEqual(orders(1, "limit=50"), {
      orders: [order("a"), order("b"), order("c")],
      nextCursor: null,
    });
  });

  it("refuse a cursor that no page gave", () => {
    for (const cursor of ["", "a", "at-0", "at-3", "at-01", "at-1x"])
      assert.throws(() => orders(1, `limit=1&cursor=${cursor}`), { name: "Problem", status: 400 }, cursor);
    assert.throws(() => orders(2, "cursor=at-1"), { status: 400 });
  });

  it("are each person's own", () => {
    assert.deepEqual(orders(2, "limit=5"), { orders: [], nextCursor: null });
    assert.equal(orders(3, "limit=5"), undefined);
  });

  it("include a member of a list by its own path, for the person whose list it is in", () => {
    assert.deepEqual(ORDERS.find(1, "/orders/b", new URLSearchParams())?.body, order("b"));
    assert.equal(ORDERS.find(2, "/orders/b", new URLSearchParams()), undefined);
    assert.equal(ORDERS.find(1, "/orders/none", new URLSearchParams()), undefined);
    assert.equal(ORDERS.find(1, "/other/b", new URLSearchParams()), undefined);
  });

  it("combine recorded elements by ids, in the order of the question, each once", () => {
    assert.deepEqual(products("p3,p1,p3"), { products: [{ id: "p3" }, { id: "p1" }] });
  });

  it("know that an id had no answer while recording, and know no id that was not asked for", () => {
    assert.deepEqual(products("gone,p2"), { products: [{ id: "p2" }] });
    assert.equal(products("p1,p4"), undefined);
  });

  it("give every user the answers of one person, always the same", () => {
    assert.deepEqual(
      ["1", "2", "3", "4"].map((user) => ORDERS.personOf(user)),
      [1, 2, 1, 2],
    );
    for (const user of ["0", "someone", "a-b_c", "99999999999"]) {
      assert.ok([1, 2].includes(ORDERS.personOf(user)), user);
      assert.equal(ORDERS.personOf(user), ORDERS.personOf(user));
    }
    assert.equal(PRODUCTS.people, 0);
  });
});
