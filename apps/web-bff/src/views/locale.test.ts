import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody, fails } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";

const HTML = { accept: "text/html", "user-agent": "curl/8.5.0" };

/** How a price, a day and a number are written on the pages of a user with this locale. */
const WRITTEN: readonly [locale: string | undefined, price: string, day: string, points: string][] = [
  ["en-GB", ">€46.94<", "placed 12 Nov 2026", "1,200 points"],
  ["en-US", ">€46.94<", "placed Nov 12, 2026", "1,200 points"],
  [
    "de-DE",
    '><bdi lang="de-DE">46,94\u00A0€</bdi><',
    'placed <bdi lang="de-DE">12. Nov. 2026</bdi>',
    '<bdi lang="de-DE">1.200</bdi> points',
  ],
  [
    "ar-EG",
    '><bdi lang="ar-EG">\u200F٤٦٫٩٤\u00A0€</bdi><',
    'placed <bdi lang="ar-EG">١٢ نوفمبر ٢٠٢٦</bdi>',
    '<bdi lang="ar-EG">١٬٢٠٠</bdi> points',
  ],
  ["tlh-KL", ">€46.94<", "placed 12 Nov 2026", "1,200 points"],
  [undefined, ">€46.94<", "placed 12 Nov 2026", "1,200 points"],
];

for (const [locale, price, day, points] of WRITTEN) {
  test(`writes prices, days and numbers for ${locale ?? "a user without a locale"}, and marks them`, async (t) => {
    const { ask, services } = await startApp(t);
    services.users.behave(replacesBody((user) => ({ ...user, locale, timeZone: "UTC" })));
    services.orders.behave(
      replacesBody((order) => ({
        ...order,
        placedAt: "2026-11-12T10:00:00Z",
        total: { amount: 4694, currency: "EUR" },
      })),
    );
    const order = (await ask("/web/orders/ord_placed", { headers: HTML })).text;
    assert.ok(order.includes(price), `expected ${price}`);
    assert.ok(order.includes(day), `expected ${day}`);
    const home = (await ask("/web/home-page", { headers: HTML })).text;
    assert.ok(home.includes(points), `expected ${points}`);
    assert.match(home, /^<!doctype html><html lang="en-GB" dir="ltr">/, "the texts are English");
  });
}

test("shows a product in British formats while the users service fails, and misses nothing", async (t) => {
  const { ask, services } = await startApp(t);
  const { text: german } = await ask("/web/products/lamp", { user: "hanako", headers: HTML });
  assert.match(german, /<strong><bdi lang="ja-JP">/);
  services.users.behave(fails(500));
  const { text, trailers } = await ask("/web/products/lamp", { user: "hanako", headers: HTML });
  assert.doesNotMatch(text, /lang="ja-JP"/);
  assert.equal(trailers["screen-outcome"], "complete");
});
