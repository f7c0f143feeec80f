import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { replacesBody, fails } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";

/**
 * The same instant, as different services write it: 12 November in New York, 13 November in UTC.
 */
const WRITTEN = ["2026-11-13T03:00:00Z", "2026-11-13T08:30:00+05:30", "2026-11-12T22:00:00-05:00"];

const NEW_YORK = { timeZone: "America/New_York" };
/** What the users service knows, and what is then shown. */
const CASES: readonly [what: string, user: object, instant: string, day: string][] = [
  ["a user in New York", NEW_YORK, "2026-11-12T22:00:00-05:00", "12 Nov 2026"],
  ["a user in Tokyo", { timeZone: "Asia/Tokyo" }, "2026-11-13T12:00:00+09:00", "13 Nov 2026"],
  ["a user in UTC", { timeZone: "UTC" }, "2026-11-13T03:00:00Z", "13 Nov 2026"],
  ["a user without a time zone", { timeZone: undefined }, "2026-11-13T03:00:00Z", "13 Nov 2026"],
  ["an unknown time zone", { timeZone: "Mars/Olympus" }, "2026-11-13T03:00:00Z", "13 Nov 2026"],
];

/** The app, where this instant is that of each order and of the user's registration. */
async function startAt(t: TestContext, instant: string, user: object) {
  const app = await startApp(t);
  const placed = (order: object) => ({ ...order, placedAt: instant });
  app.services.users.behave(replacesBody((ordinary) => ({ ...ordinary, ...user, createdAt: instant })));
  app.services.orders.behave(
    replacesBody(({ orders, ...one }) =>
      Array.isArray(orders) ? { ...one, orders: orders.map(placed) } : placed(one),
    ),
  );
  return app;
}

for (const [what, user, instant, day] of CASES) {
  test(`shows the day in the user's time zone, else in UTC: ${what}`, async (t) => {
    for (const written of WRITTEN) {
      const { ask } = await startAt(t, written, user);
      const json = async (path: string) => JSON.parse((await ask(path)).text);
      const html = async (path: string) => (await ask(path, { headers: { accept: "text/html" } })).text;

      const home = await json("/web/home-page");
      assert.equal(home.recentOrders[0].placedAt, instant, written);
      const [year, month, date] = home.profile.memberSince.split("-");
      assert.equal(`${date} Nov ${year}`, day);
      assert.equal(month, "11");
      const order = await json("/web/orders/ord_placed");
      assert.equal(order.order.placedAt, instant, written);
      assert.deepEqual([home.degraded, order.degraded], [[], []]);

      const homePage = await html("/web/home-page");
      assert.match(homePage, new RegExp(`member since\\s+${day}`));
      assert.match(homePage, new RegExp(`Placed ${day}`));
      assert.match(await html("/web/orders/ord_placed"), new RegExp(`placed ${day}`));
    }
  });
}

test("answers a cancelled order with the day in the user's time zone", async (t) => {
  const { ask } = await startAt(t, "2026-11-13T03:00:00Z", NEW_YORK);
  const { text } = await ask("/web/orders/ord_placed/cancel", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "key-12345678" },
    body: '{"reason":"other"}',
  });
  assert.equal(JSON.parse(text).order.placedAt, "2026-11-12T22:00:00-05:00");
});

test("shows an order in UTC when the users service fails, and says that the day may differ", async (t) => {
  const { ask, services } = await startAt(t, "2026-11-12T22:00:00-05:00", NEW_YORK);
  services.users.behave(fails(500));
  const { status, text } = await ask("/web/orders/ord_placed");
  assert.equal(status, 200);
  const { order, degraded } = JSON.parse(text);
  assert.equal(order.placedAt, "2026-11-13T03:00:00Z");
  assert.deepEqual(degraded, [{ section: "order", reason: "unavailable" }]);
});
