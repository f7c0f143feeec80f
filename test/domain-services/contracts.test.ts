import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { catalogService } from "./catalog/main.ts";
import { ordersService } from "./orders/main.ts";
import { recommendationsService } from "./recommendations/main.ts";
import { ACCOUNT_COUNT } from "./seed/accounts.ts";
import { contractOf } from "./testing/contracts.ts";
import { at, listAt, textAt } from "./testing/json.ts";
import { startUnderTest } from "./testing/service-under-test.ts";
import type { ServiceUnderTest } from "./testing/service-under-test.ts";
import { usersService } from "./users/main.ts";

/** The special users, and one in 23 of the others. */
const SOME_USERS = Array.from({ length: ACCOUNT_COUNT }, (_, index) => index + 1)
  .filter((number) => number <= 15 || number % 23 === 0)
  .map(String);

const CONTRACTS = {
  users: contractOf("users"),
  orders: contractOf("orders"),
  recommendations: contractOf("recommendations"),
  catalog: contractOf("catalog"),
};

describe("the services keep to their published contracts", () => {
  let users: ServiceUnderTest;
  let orders: ServiceUnderTest;
  let recommendations: ServiceUnderTest;
  let catalog: ServiceUnderTest;
  before(async () => {
    users = await startUnderTest(usersService);
    orders = await startUnderTest(ordersService);
    recommendations = await startUnderTest(recommendationsService([1, 2]));
    catalog = await startUnderTest(catalogService);
  });
  after(async () => {
    await Promise.all([users, orders, recommendations, catalog].map((service) => service.stop()));
  });

  it("users: GET /users/me", async () => {
    const check = CONTRACTS.users.success("get", "/users/me");
    for (const userId of SOME_USERS) {
      const answer = await users.call(userId, "/users/me");
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["content-type"], "application/json");
      assert.equal(at(answer.text, "id"), userId);
      assert.equal(check(JSON.parse(answer.text)), undefined, `user ${userId}`);
    }
  });

  it("orders: GET /orders and GET /orders/{orderId}", async () => {
    const checkPage = CONTRACTS.orders.success("get", "/orders");
    const checkOne = CONTRACTS.orders.success("get", "/orders/{orderId}");
    for (const userId of SOME_USERS) {
      const page = await orders.call(userId, "/orders?limit=100");
      assert.equal(page.status, 200);
      assert.equal(page.headers["content-type"], "application/json");
      assert.equal(checkPage(JSON.parse(page.text)), undefined, `orders of user ${userId}`);
      for (const order of listAt(page.text, "orders").slice(0, 1)) {
        const one = await orders.call(userId, `/orders/${textAt(order, "id")}`);
        assert.equal(checkOne(JSON.parse(one.text)), undefined);
        assert.deepEqual(JSON.parse(one.text), order, "an order is the same by itself and on a page");
      }
    }
  });

  it("orders: POST /orders/{orderId}/cancel", async () => {
    const [newest] = listAt((await orders.call("1", "/orders?limit=1")).text, "orders");
    const answer = await orders.call("1", `/orders/${textAt(newest, "id")}/cancel`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "contract-check" },
      body: '{"reason":"other"}',
    });
    assert.equal(answer.status, 200, answer.text);
    const check = CONTRACTS.orders.success("post", "/orders/{orderId}/cancel");
    assert.equal(check(JSON.parse(answer.text)), undefined);
  });

  it("recommendations: both versions", async () => {
    const checkV1 = CONTRACTS.recommendations.success("get", "/recommendations");
    const checkV2 = CONTRACTS.recommendations.success("get", "/recs/v2");
    for (const userId of SOME_USERS) {
      const v1 = await recommendations.call(userId, "/recommendations?limit=50");
      const v2 = await recommendations.call(userId, "/recs/v2?limit=50");
      assert.equal(checkV1(JSON.parse(v1.text)), undefined, `version 1 for user ${userId}`);
      assert.equal(checkV2(JSON.parse(v2.text)), undefined, `version 2 for user ${userId}`);
    }
  });

  it("catalog: GET /products and GET /products/{productId}", async () => {
    const checkList = CONTRACTS.catalog.success("get", "/products");
    const checkOne = CONTRACTS.catalog.success("get", "/products/{productId}");
    const ids = Array.from({ length: 106 }, (_, index) => `prd_${String(index + 1).padStart(4, "0")}`);
    let seen = 0;
    for (let start = 0; start < ids.length; start += 100) {
      const answer = await catalog.call("", `/products?ids=${ids.slice(start, start + 100).join(",")}`);
      assert.equal(checkList(JSON.parse(answer.text)), undefined);
      const products = listAt(answer.text, "products");
      seen += products.length;
      const [first] = products;
      const one = await catalog.call("", `/products/${textAt(first, "id")}`);
      assert.equal(checkOne(JSON.parse(one.text)), undefined);
      assert.deepEqual(JSON.parse(one.text), first);
    }
    assert.ok(seen >= 100, `the catalog has ${seen} products`);
  });

  it("have answers as large as real ones, in bytes", async () => {
    const sizes = async (service: ServiceUnderTest, calls: readonly (readonly [string, string])[]) => {
      let total = 0;
      for (const [userId, path] of calls) total += Buffer.byteLength((await service.call(userId, path)).text);
      return total / calls.length;
    };
    const orderCalls: [string, string][] = [];
    for (const userId of SOME_USERS) {
      for (const order of listAt((await orders.call(userId, "/orders?limit=10")).text, "orders"))
        orderCalls.push([userId, `/orders/${textAt(order, "id")}`]);
    }
    const products = Array.from({ length: 53 }, (_, index) => `prd_${String(index + 1).padStart(4, "0")}`);
    for (const [name, bytes, about] of [
      [
        "user",
        await sizes(
          users,
          SOME_USERS.map((userId) => [userId, "/users/me"]),
        ),
        2_000,
      ],
      [
        "product",
        await sizes(
          catalog,
          products.map((id) => ["", `/products/${id}`]),
        ),
        2_500,
      ],
      ["order", await sizes(orders, orderCalls), 1_500],
    ] as const) {
      assert.ok(Math.abs(bytes - about) < about * 0.2, `${name}: ${bytes} bytes, wanted about ${about}`);
    }
  });

  it("every refusal is problem details of the status that the answer has", async () => {
    const refusals: [ServiceUnderTest, keyof typeof CONTRACTS, string, string, number][] = [
      [users, "users", "", "/users/me", 401],
      [users, "users", "not an id", "/users/me", 401],
      [users, "users", "no-such-user", "/users/me", 404],
      [users, "users", "1", "/users/you", 404],
      [orders, "orders", "", "/orders", 401],
      [orders, "orders", "1", "/orders?limit=0", 400],
      [orders, "orders", "1", "/orders/ord_000000000000", 404],
      [orders, "orders", "1", "/orders/..%2Fhealthz", 400],
      [orders, "orders", "1", "/orders/%zz", 400],
      [recommendations, "recommendations", "", "/recs/v2", 401],
      [recommendations, "recommendations", "1", "/recommendations?limit=51", 400],
      [catalog, "catalog", "", "/products", 400],
      [catalog, "catalog", "", "/products/nothing", 404],
    ];
    for (const [service, name, userId, path, status] of refusals) {
      const answer = await service.call(userId, path);
      assert.equal(answer.status, status, `${name} ${path}`);
      assert.equal(answer.headers["content-type"], "application/problem+json");
      assert.equal(CONTRACTS[name].problem(JSON.parse(answer.text)), undefined);
      assert.equal(at(answer.text, "status"), status);
      assert.equal(typeof at(answer.text, "detail"), "string");
    }
  });
});
