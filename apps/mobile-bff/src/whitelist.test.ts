// sample:file: npm run new:bff leaves it out
import assert from "node:assert/strict";
import { test } from "node:test";
import { INTERNAL, INTERNAL_NUMBER } from "@triptych/domain-clients/testing";
import { startApp } from "./testing/start-app.ts";

/** In every fixture's internal fields: addresses, mail, payment, fraud score, supplier, marketing, the model's features. */
const MARKS = [INTERNAL, String(INTERNAL_NUMBER), "987654321", "123456789"];

const USERS = ["ada", "grace", "hanako", "layla", "klingon", "bare", "newcomer", "hostile"];
const ORDERS = [
  ["ada", "ord_placed"],
  ["ada", "ord_shipped"],
  ["hanako", "ord_yen"],
  ["hostile", "ord_hostile"],
] as const;
const PRODUCTS = ["lamp", "desk", "knife", "dates", "sold_out", "small_image", "bare", "hostile"];

test("no field that the schemas do not name leaves, in any form or for any app version", async (t) => {
  const { ask, services } = await startApp(t);
  const visits = [
    ...USERS.map((user) => ({ user, path: "/mobile/home" })),
    ...ORDERS.map(([user, id]) => ({ user, path: `/mobile/orders/${id}` })),
    ...PRODUCTS.map((id) => ({ user: "ada", path: `/mobile/products/${id}` })),
  ];
  for (const { user, path } of visits) {
    for (const accept of ["application/json", "application/x-ndjson"]) {
      for (const version of ["2.4.0", "3.0.0"]) {
        const { status, text } = await ask(path, { user, headers: { accept, "x-app-version": version } });
        assert.equal(status, 200);
        for (const mark of MARKS) assert.ok(!text.includes(mark), `${mark} in ${path} of ${user}: ${text}`);
      }
    }
  }
  const { text } = await ask("/mobile/orders/ord_packed/cancel", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "key-12345678" },
    body: '{"reason":"other"}',
  });
  for (const mark of MARKS) assert.ok(!text.includes(mark), `${mark} in the answer to a cancellation`);

  // The services did send them.
  const sent = new Set(services.received().map(({ path }) => path));
  assert.ok(sent.has("/users/me") && sent.has("/orders") && sent.has("/products") && sent.has("/recs/v2"));
});
