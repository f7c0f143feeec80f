import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices } from "./testing/fake-services.ts";
import { startPartner } from "./testing/running-partner.ts";

describe("cancelOrder", () => {
  const cancel = (id: string, key = "key-12345") =>
    `mutation { cancelOrder(id: "${id}", reason: CHANGED_MIND, idempotencyKey: "${key}") { id status } }`;

  test("cancels with the reason and the key that the client gave", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const { data, errors, degraded } = await partner.ask(cancel("o-1", "!".repeat(128)));
    assert.deepEqual(data, { cancelOrder: { id: "o-1", status: "CANCELLED" } });
    assert.deepEqual({ errors, degraded }, { errors: [], degraded: [] });
    const [call] = services.calls;
    assert.equal(call?.method, "POST");
    assert.equal(call.url.pathname, "/orders/o-1/cancel");
    assert.equal(call.headers["idempotency-key"], "!".repeat(128));
    assert.equal(call.body, '{"reason":"changed_mind"}');
  });

  for (const [status, code] of [
    [404, "not-found"],
    [409, "conflict"],
  ] as const) {
    test(`is null with the code ${code} when the service decides so, which degrades nothing`, async () => {
      await using services = await FakeServices.start();
      services.make("orders", () => ({ status, body: {} }));
      await using partner = await startPartner(services);
      const { data, errors, degraded } = await partner.ask(cancel("o-1"));
      assert.deepEqual(data, { cancelOrder: null });
      assert.deepEqual(
        errors.map(({ path, extensions }) => [path, extensions]),
        [[["cancelOrder"], { code, upstream: "orders" }]],
      );
      assert.deepEqual(degraded, []);
    });
  }

  test("is null, with its code, and listed when the service fails", async () => {
    await using services = await FakeServices.start();
    services.make("orders", () => ({ status: 500, body: "" }));
    await using partner = await startPartner(services);
    const { data, errors, degraded } = await partner.ask(cancel("o-1"));
    assert.deepEqual(data, { cancelOrder: null });
    assert.equal(errors[0]?.extensions.code, "upstream-unavailable");
    assert.deepEqual(degraded, [{ section: "cancelOrder", reason: "unavailable" }]);
  });
});
