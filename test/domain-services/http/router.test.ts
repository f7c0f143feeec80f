import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem } from "./problem.ts";
import { json } from "./reply.ts";
import { router } from "./router.ts";
import type { Route } from "./router.ts";

const route = (method: Route["method"], path: string): Route => ({ method, path, answer: () => json({}) });

describe("the router", () => {
  const match = router([
    route("GET", "/orders"),
    route("GET", "/orders/:orderId"),
    route("POST", "/orders/:orderId/cancel"),
    route("PUT", "/switches"),
    route("DELETE", "/switches"),
  ]);
  const refusal = (method: string, path: string): Problem => {
    try {
      match(method, path);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
    throw new Error(`${method} ${path} was not refused`);
  };

  it("takes a parameter from the path and decodes it", () => {
    assert.deepEqual(match("GET", "/orders/ord_1").params, { orderId: "ord_1" });
    assert.deepEqual(match("GET", "/orders/a%2Fb%20c").params, { orderId: "a/b c" });
  });

  it("answers HEAD by the route of GET", () => {
    assert.equal(match("HEAD", "/orders").route.path, "/orders");
  });

  for (const path of [
    "/",
    "/Orders",
    "/orders/",
    "//orders",
    "/orders//cancel",
    "/orders/1/cancel/2",
    "orders",
    "*",
  ]) {
    it(`knows no ${path}`, () => {
      assert.equal(refusal("GET", path).status, 404);
    });
  }

  it("lists the methods of a known path", () => {
    assert.deepEqual(
      [refusal("POST", "/orders").status, refusal("POST", "/orders").headers["allow"]],
      [405, "GET, HEAD"],
    );
    assert.equal(refusal("GET", "/orders/1/cancel").headers["allow"], "POST");
    assert.equal(refusal("GET", "/switches").headers["allow"], "PUT, DELETE");
  });

  it("refuses a broken percent-encoding", () => {
    assert.equal(refusal("GET", "/orders/%e0%a4%a").status, 400);
  });
});
