import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { Upstream, isUpstreamError } from "@triptych/upstream-client";
import type { FailureKind } from "@triptych/upstream-client";
import { catalogService } from "../catalog.ts";
import { ordersService } from "../orders.ts";
import { recommendationsService } from "../recommendations.ts";
import { usersService } from "../users.ts";
import { replacesBody, cutsBody, fails, waitsFor } from "@triptych/testing";
import { scopeOf } from "./domain-service.ts";
import { FAILURES, HANGS } from "./failures.ts";
import { startStubServices } from "./stub-services.ts";
import type { StubServices } from "./stub-services.ts";

const USERS = ["ada", "grace", "hanako", "layla", "klingon", "bare", "newcomer", "hostile", "visitor_12"];

/** The stubs, and the real clients that call them. */
async function stubs(t: TestContext, userId = "ada") {
  const services = await startStubServices();
  const connect = (name: keyof StubServices, origin: string) => {
    const upstream = new Upstream({ name, origin, identity: "user-id", retry: false, breaker: false });
    t.after(() => upstream.close());
    return upstream;
  };
  t.after(() => services.close());
  const scope = scopeOf(t, userId);
  return {
    services,
    users: usersService(connect("users", services.users.origin)).in(scope),
    orders: ordersService(connect("orders", services.orders.origin)).in(scope),
    recommendations: recommendationsService(connect("recommendations", services.recommendations.origin)).in(
      scope,
    ),
    catalog: catalogService(connect("catalog", services.catalog.origin)).in(scope),
  };
}

for (const userId of USERS) {
  test(`all stub answers for ${userId} match the contracts`, async (t) => {
    const { users, orders, recommendations, catalog } = await stubs(t, userId);
    assert.equal((await users.me()).id, userId);
    const page = await orders.list({ limit: 100 });
    for (const { id } of page.orders) assert.equal((await orders.get(id)).userId, userId);
    const slots = await recommendations.list({ limit: 50 });
    const products = await catalog.products(slots.map(({ productId }) => productId));
    for (const { id } of products) assert.equal((await catalog.product(id)).id, id);
    assert.equal(page.orders.length > 0, userId !== "newcomer");
    assert.equal(slots.length > 0, userId !== "newcomer");
  });
}

test("recommendations are in the order of their ranks in both versions", async (t) => {
  const { services, recommendations } = await stubs(t);
  const fromVersion2 = await recommendations.list({ limit: 3 });
  services.recommendations.behave(fails(404), { at: "/recs/v2" });
  const fromVersion1 = await recommendations.list({ limit: 4 });
  assert.deepEqual(
    fromVersion2.map(({ productId }) => productId),
    fromVersion1.slice(0, 3).map(({ productId }) => productId),
  );
});

test("another user's order is not found", async (t) => {
  const { orders } = await stubs(t, "grace");
  await fail(orders.get("ord_placed"), "rejected");
});

test("cancels what can be cancelled, and refuses what cannot with a conflict", async (t) => {
  const { orders, services } = await stubs(t);
  const how = { reason: "other", idempotencyKey: "key-12345678" } as const;
  assert.equal((await orders.cancel("ord_packed", how)).status, "cancelled");
  await assert.rejects(
    orders.cancel("ord_shipped", how),
    (error: unknown) => isUpstreamError(error) && error.status === 409,
  );
  assert.equal(services.orders.received[0]?.headers["idempotency-key"], "key-12345678");
  assert.equal(services.orders.received[0]?.body, '{"reason":"other"}');
});

for (const { name, outcome, strike } of FAILURES.filter((failure) => failure !== HANGS)) {
  test(`misbehaves on command: one that ${name} is ${outcome.reason}`, async (t) => {
    const { users, services } = await stubs(t);
    await strike(services.users);
    await fail(users.me(), outcome.reason);
  });
}

for (const [name, behaviour, kind] of [
  ["a cut body", cutsBody, "unavailable"],
  ["a changed field", replacesBody((body) => ({ ...body, id: 7 })), "invalid"],
] as const) {
  test(`misbehaves on command: ${name} is ${kind}`, async (t) => {
    const { users, services } = await stubs(t);
    services.users.behave(behaviour);
    await fail(users.me(), kind);
  });
}

test("misbehaves at one path, for a number of times, until a reset", async (t) => {
  const { services, orders } = await stubs(t);
  services.orders.behave(fails(500), { at: "/orders/ord_placed" });
  services.orders.behave(fails(500), { at: "/orders/ord_packed", times: 1 });
  await fail(orders.get("ord_placed"), "unavailable");
  await fail(orders.get("ord_packed"), "unavailable");
  assert.equal((await orders.get("ord_shipped")).id, "ord_shipped");
  assert.equal(services.orders.received.length, 3);

  const again = await stubs(t);
  again.services.orders.behave(fails(500), { times: 1 });
  await fail(again.orders.get("ord_placed"), "unavailable");
  assert.equal((await again.orders.get("ord_packed")).id, "ord_packed");
  again.services.orders.behave(fails(500));
  again.services.orders.reset();
  assert.equal((await again.orders.get("ord_shipped")).id, "ord_shipped");
  assert.equal(again.services.received().length, 1);
});

test("holds an answer back until a promise is fulfilled", async (t) => {
  const { users, services } = await stubs(t);
  const gate = Promise.withResolvers<void>();
  services.users.behave(waitsFor(gate.promise));
  let answered = false;
  const me = users.me().then((user) => {
    answered = true;
    return user;
  });
  await services.users.hasReceived(1);
  assert.equal(answered, false);
  gate.resolve();
  assert.equal((await me).id, "ada");
});

async function fail(call: Promise<unknown>, kind: FailureKind): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(isUpstreamError(error), String(error));
    assert.equal(error.kind, kind);
    return true;
  });
}
