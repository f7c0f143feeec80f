import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { at, listAt, textAt } from "../testing/json.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { Answer, CallOptions, ServiceUnderTest } from "../testing/service-under-test.ts";
import { ordersService } from "./main.ts";

/** A body with another reason. */
const because = (reason: string): CallOptions => ({ body: JSON.stringify({ reason }) });

describe("cancelling an order", () => {
  let orders: ServiceUnderTest;
  /** Advances with every reading, so that an answer that is made again would differ. */
  let nowMs = Date.UTC(2026, 10, 21);
  const clock = { now: () => (nowMs += 1_000) };
  before(async () => {
    orders = await startUnderTest(ordersService, { clock });
  });
  after(() => orders.stop());

  const newest = async (userId: string): Promise<string> => {
    const [order] = listAt((await orders.call(userId, "/orders?limit=1")).text, "orders");
    return textAt(order, "id");
  };
  const cancel = (
    userId: string,
    orderId: string,
    key: string | undefined,
    options: CallOptions = {},
  ): Promise<Answer> =>
    orders.call(userId, `/orders/${orderId}/cancel`, {
      method: "POST",
      body: '{"reason":"changed_mind"}',
      ...options,
      headers: {
        "content-type": "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...(Array.isArray(options.headers) ? {} : options.headers),
      },
    });

  it("changes its status and the time of its last change", async () => {
    const id = await newest("1");
    const before = await orders.call("1", `/orders/${id}`);
    const answer = await cancel("1", id, "key-of-user-1");
    assert.equal(answer.status, 200, answer.text);
    assert.equal(at(answer.text, "status"), "cancelled");
    assert.ok(String(at(answer.text, "updatedAt")) > String(at(before.text, "updatedAt")));
    assert.equal((await orders.call("1", `/orders/${id}`)).text, answer.text);
  });

  it("answers a repeated key with the same bytes and changes nothing", async () => {
    const id = await newest("2");
    const first = await cancel("2", id, "repeated-key");
    assert.equal(first.status, 200);
    const again = await cancel("2", id, "repeated-key", { body: ' { "reason" : "changed_mind" } ' });
    assert.deepEqual(
      [again.status, again.text, again.headers["content-type"]],
      [200, first.text, "application/json"],
    );
  });

  it("executes two concurrent requests of one key once", async () => {
    const id = await newest("3");
    const answers = await Promise.all(Array.from({ length: 8 }, () => cancel("3", id, "concurrent-key")));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  });

  it("refuses a key that was used for another order or another reason", async () => {
    const id = await newest("4");
    assert.equal((await cancel("4", id, "used-key-of-4")).status, 200);
    assert.equal((await cancel("4", id, "used-key-of-4", because("other"))).status, 409);
    const [, second] = listAt((await orders.call("4", "/orders?limit=2")).text, "orders");
    const refused = await cancel("4", textAt(second, "id"), "used-key-of-4");
    assert.equal(refused.status, 409);
    assert.match(String(at(refused.text, "detail")), /Idempotency-Key/);
  });

  it("keeps users' keys apart", async () => {
    const [five, six] = [await newest("5"), await newest("6")];
    assert.equal((await cancel("5", five, "key-of-both-users")).status, 200);
    assert.equal((await cancel("6", six, "key-of-both-users")).status, 200);
  });

  it("refuses an order that was cancelled or shipped, and repeats that answer too", async () => {
    const id = await newest("7");
    assert.equal((await cancel("7", id, "first-key-of-7")).status, 200);
    const again = await cancel("7", id, "second-key-of-7");
    assert.equal(again.status, 409);
    assert.match(String(at(again.text, "detail")), /cancelled/);
    const delivered = listAt((await orders.call("7", "/orders?limit=100")).text, "orders").find(
      (order) => textAt(order, "status") === "delivered",
    );
    const first = await cancel("7", textAt(delivered, "id"), "third-key-of-7");
    const second = await cancel("7", textAt(delivered, "id"), "third-key-of-7");
    assert.deepEqual(
      [first.status, second.status, second.headers["content-type"]],
      [409, 409, "application/problem+json"],
    );
    assert.equal(second.text, first.text);
  });

  it("answers 404 for another user's order, as for none, and does not change it", async () => {
    const id = await newest("10");
    const theirs = await cancel("11", id, "key-for-theirs");
    const none = await cancel("11", "ord_000000000000", "key-for-none");
    assert.deepEqual([theirs.status, theirs.text], [404, none.text]);
    assert.notEqual(at((await orders.call("10", `/orders/${id}`)).text, "status"), "cancelled");
  });

  it("answers the same after a restart, even if the order has changed", async () => {
    const id = await newest("12");
    const first = await cancel("12", id, "key-over-restart");
    await orders.halt();
    const file = new DatabaseSync(join(orders.dataDir, "orders.sqlite"));
    file
      .prepare("UPDATE orders SET fraud_score = 0.5, updated_at = '2026-12-01T00:00:00.000Z' WHERE id = ?")
      .run(id);
    file.close();
    orders = await startUnderTest(ordersService, { clock, dataDir: orders.dataDir });
    const again = await cancel("12", id, "key-over-restart");
    assert.deepEqual([again.status, again.text], [200, first.text]);
  });

  it("stores nothing about a refused request: its key can be used again", async () => {
    const id = await newest("13");
    assert.equal((await cancel("13", id, "key-of-user-13", because("no such reason"))).status, 400);
    assert.equal((await cancel("13", id, "key-of-user-13")).status, 200);
  });

  const refusals: Record<string, [status: number, key: string | undefined, options: CallOptions]> = {
    "a missing key": [400, undefined, {}],
    "a key of 7 characters": [400, "1234567", {}],
    "a key of 129 characters": [400, "k".repeat(129), {}],
    "another media type": [415, "good-key-1", { headers: { "content-type": "text/plain" } }],
    "another charset": [
      415,
      "good-key-1",
      { headers: { "content-type": "application/json; charset=utf-16" } },
    ],
    "an encoded body": [415, "good-key-1", { headers: { "content-encoding": "gzip" } }],
    "no JSON": [400, "good-key-1", { body: "{reason: other}" }],
    null: [400, "good-key-1", { body: "null" }],
    "an unknown reason": [400, "good-key-1", because("bored")],
    "a member too many": [400, "good-key-1", { body: '{"reason":"other","refund":true}' }],
    "a body over 100 kB": [
      413,
      "good-key-1",
      { body: JSON.stringify({ reason: "other", padding: "x".repeat(100_000) }) },
    ],
  };
  for (const [what, [status, key, options]] of Object.entries(refusals)) {
    it(`refuses ${what} with ${status}`, async () => {
      const id = await newest("14");
      assert.equal((await cancel("14", id, key, options)).status, status);
      assert.notEqual(at((await orders.call("14", `/orders/${id}`)).text, "status"), "cancelled");
    });
  }

  it("says of a body that is no UTF-8 what is wrong with it", async () => {
    const body = Buffer.concat([
      Buffer.from('{"reason":"other","'),
      Buffer.from([0xff]),
      Buffer.from('":1}'),
    ]);
    const answer = await cancel("14", await newest("14"), "good-key-1", { body });
    assert.match(String(at(answer.text, "detail")), /UTF-8/);
  });

  it("takes the shortest and the longest key and a charset, and refuses a doubled key", async () => {
    const id = await newest("15");
    const doubled = [
      "content-type",
      "application/json",
      "idempotency-key",
      "key-number-one",
      "idempotency-key",
      "key-number-one",
    ];
    const path = `/orders/${id}/cancel`;
    assert.equal(
      (await orders.call("15", path, { method: "POST", headers: doubled, body: '{"reason":"other"}' }))
        .status,
      400,
    );
    const charset = { headers: { "content-type": "Application/JSON; charset=UTF-8" } };
    assert.equal((await cancel("15", id, "12345678", charset)).status, 200);
    assert.equal((await cancel("15", id, "k".repeat(128))).status, 409);
  });
});
