import assert from "node:assert/strict";
import { test } from "node:test";
import { fails } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import type { AppUnderTest } from "@triptych/domain-clients/testing";

const KEY = "key-12345678";

function cancel({ ask }: AppUnderTest, id: string, user = "ada") {
  return ask(`/web/orders/${id}/cancel`, {
    user,
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": KEY },
    body: '{"reason":"changed_mind"}',
  });
}

test("answers the order's page as it is after the cancellation, and is not to be kept", async (t) => {
  const app = await startApp(t);
  const { status, headers, text } = await cancel(app, "ord_placed");
  assert.equal(status, 200);
  assert.equal(headers["cache-control"], "private, no-store");
  assert.partialDeepStrictEqual(JSON.parse(text), {
    order: { id: "ord_placed", status: "cancelled", canCancel: false },
    products: [{ productId: "lamp", inStock: true }],
  });
  assert.deepEqual(JSON.parse(text).degraded, []);
  const posts = app.services.orders.received.filter(({ method }) => method === "POST");
  assert.equal(posts.length, 1);
  assert.equal(posts[0]?.headers["idempotency-key"], KEY);
});

test("tries once more under the same key, and no more", async (t) => {
  const app = await startApp(t);
  app.services.orders.behave(fails(503), { at: "/orders/ord_placed/cancel" });
  const { status, text } = await cancel(app, "ord_placed");
  assert.equal(status, 503);
  assert.partialDeepStrictEqual(JSON.parse(text), {
    type: "/problems/upstream-unavailable",
    section: "order",
  });
  assert.deepEqual(
    app.services.orders.received.map(({ headers }) => headers["idempotency-key"]),
    [KEY, KEY],
  );
});

test("an order that has been sent is a conflict, another user's is not there", async (t) => {
  const app = await startApp(t);
  assert.equal((await cancel(app, "ord_shipped")).status, 409);
  const others = await cancel(app, "ord_placed", "grace");
  const missing = await cancel(app, "ord_missing", "grace");
  assert.equal(others.status, 404);
  const anonymous = (text: string): object => ({ ...Object(JSON.parse(text)), instance: "" });
  assert.deepEqual(anonymous(others.text), anonymous(missing.text));
});

/** The hidden fields of the form on a page that the user was shown. */
async function formOn({ ask }: AppUnderTest, id: string, user = "ada") {
  const { text } = await ask(`/web/orders/${id}`, { user, headers: { accept: "text/html" } });
  const field = (name: string): string => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? "";
  return {
    token: field("token"),
    idempotencyKey: field("idempotencyKey"),
    hasForm: text.includes('/cancel"'),
  };
}

function send(
  { ask }: AppUnderTest,
  id: string,
  fields: readonly (readonly [string, string])[],
  user = "ada",
) {
  return ask(`/web/orders/${id}/cancel`, {
    user,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "text/html" },
    body: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
  });
}

test("the form on the page cancels the order and leads back to it", async (t) => {
  const app = await startApp(t);
  const { token, idempotencyKey } = await formOn(app, "ord_placed");
  const { status, headers, text } = await send(app, "ord_placed", [
    ["token", token],
    ["idempotencyKey", idempotencyKey],
    ["reason", "too_slow"],
  ]);
  assert.equal(status, 303, text);
  assert.equal(headers["location"], "/web/orders/ord_placed");
  const posts = app.services.orders.received.filter(({ method }) => method === "POST");
  assert.deepEqual(
    posts.map(({ body, headers: sent }) => [body, sent["idempotency-key"]]),
    [['{"reason":"too_slow"}', idempotencyKey]],
  );
});

test("every page that is shown has a key of its own, and one that cannot be cancelled has no form", async (t) => {
  const app = await startApp(t);
  const first = await formOn(app, "ord_placed");
  const second = await formOn(app, "ord_placed");
  assert.notEqual(first.idempotencyKey, second.idempotencyKey);
  assert.equal((await formOn(app, "ord_shipped")).hasForm, false);
});

for (const [why, change, status] of [
  ["no token", { token: undefined }, 403],
  ["a token with a made-up signature", { token: `9999999999.${"A".repeat(43)}` }, 403],
  ["another user's token", { token: "graces" }, 403],
  ["no key", { idempotencyKey: undefined }, 400],
  ["no reason", { reason: undefined }, 400],
  ["an unknown reason", { reason: "because" }, 400],
  ["a field too many", { refund: "1" }, 400],
] as const) {
  test(`refuses a form with ${why}, with a page that says so, and cancels nothing`, async (t) => {
    const app = await startApp(t);
    const { token, idempotencyKey } = await formOn(app, "ord_placed");
    const graces = await formOn(app, "ord_grace", "grace");
    const fields: Record<string, string | undefined> = { token, idempotencyKey, reason: "other", ...change };
    if (fields["token"] === "graces") fields["token"] = graces.token;
    const sent = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const answer = await send(app, "ord_placed", sent);
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.headers["content-type"], "text/html; charset=utf-8");
    assert.deepEqual(
      app.services.orders.received.filter(({ method }) => method === "POST"),
      [],
    );
    assert.deepEqual(app.bugs, []);
  });
}

test("refuses a form whose fields stand twice", async (t) => {
  const app = await startApp(t);
  const { token, idempotencyKey } = await formOn(app, "ord_placed");
  const { status } = await send(app, "ord_placed", [
    ["token", token],
    ["idempotencyKey", idempotencyKey],
    ["reason", "other"],
    ["reason", "too_slow"],
  ]);
  assert.equal(status, 400);
});
