import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody } from "@triptych/domain-clients/testing";
import { fails } from "@triptych/testing";
import { startApp } from "../testing/start-app.ts";
import { ordersPage } from "./orders-page.ts";

const PAGE = { accept: "text/html" };
/** The stub's users have few orders, so its pages have two. */
const inTwos = replacesBody(({ orders }) => {
  assert.ok(Array.isArray(orders));
  return { orders: orders.slice(0, 2), nextCursor: orders[2]?.id ?? null };
});

test("answers the newest orders, and null where there are no more", async (t) => {
  const { ask, services } = await startApp(t);
  const { status, text, bytes } = await ask("/web/orders");
  assert.equal(status, 200);
  const { page, degraded } = JSON.parse(text);
  assert.deepEqual(
    page.orders.map(({ id }: { id: string }) => id),
    ["ord_placed", "ord_shipped", "ord_packed", "ord_delivered"],
  );
  assert.deepEqual([page.nextCursor, degraded], [null, []]);
  assert.ok(bytes.length <= ordersPage.budget.bytes);
  assert.equal(services.received().length, ordersPage.budget.upstreamCalls);
});

test("a page's link leads to the next page, to the last", async (t) => {
  const { ask, services } = await startApp(t);
  services.orders.behave(inTwos, { at: "/orders" });
  const seen: string[] = [];
  for (let path: string | undefined = "/web/orders"; path !== undefined;) {
    const { text } = await ask(path, { headers: PAGE });
    seen.push(...Array.from(text.matchAll(/href="\/web\/orders\/(\w+)"/g), ([, id = ""]) => id));
    path = /<a rel="next" href="([^"]*)">Older orders<\/a>/.exec(text)?.[1];
  }
  assert.deepEqual(seen, ["ord_placed", "ord_shipped", "ord_packed", "ord_delivered"]);
});

test("says that there are no orders, and offers no next page", async (t) => {
  const { ask } = await startApp(t);
  const { text } = await ask("/web/orders", { user: "newcomer", headers: PAGE });
  assert.match(text, /You have not ordered anything yet\./);
  assert.doesNotMatch(text, /rel="next"/);
});

for (const query of ["cursor=", `cursor=${"a".repeat(201)}`, "cursor=a&cursor=b"]) {
  test(`refuses ${query.slice(0, 20)}, naming the parameter, and asks no service`, async (t) => {
    const { ask, services } = await startApp(t);
    const { status, text } = await ask(`/web/orders?${query}`);
    assert.equal(status, 400);
    assert.match(JSON.parse(text).detail, /cursor/);
    assert.equal(services.received().length, 0);
  });
}

test("a mistyped cursor is a page that is not there: trying again would not help", async (t) => {
  const { ask, services } = await startApp(t);
  services.orders.behave(fails(400), { at: "/orders" });
  assert.equal((await ask("/web/orders?cursor=mistyped")).status, 404);
  const { text } = await ask("/web/orders?cursor=mistyped", { headers: PAGE });
  assert.match(text, /We can’t find that/);
  assert.doesNotMatch(text, /Try again/);
});
