import assert from "node:assert/strict";
import { test } from "node:test";
import { replacesBody, fails } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import { home } from "./home.ts";

test("answers the name and avatar of the user who asks", async (t) => {
  const { ask } = await startApp(t);
  const { status, text } = await ask("/mobile/home", { user: "ada" });
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(JSON.parse(text), {
    profile: { name: "Ada", avatar: "https://images.example/users/ada/64.webp" },
  });
  assert.deepEqual(JSON.parse(text).degraded, []);
});

test("costs no more than its budget says, and asks for the user once", async (t) => {
  const { ask, services } = await startApp(t);
  const { bytes } = await ask("/mobile/home");
  assert.ok(bytes.length <= home.budget.bytes, `${bytes.length} bytes`);
  assert.ok(services.received().length <= home.budget.upstreamCalls);
  assert.equal(services.users.received.length, 1);
});

test("is a problem that names the section and the service when users fails", async (t) => {
  const { ask, services } = await startApp(t);
  services.users.behave(fails(500));
  const { status, text } = await ask("/mobile/home");
  assert.equal(status, 503);
  assert.partialDeepStrictEqual(JSON.parse(text), { section: "profile", upstream: "users" });
});

// sample:begin
const image = (id: string, width: number) => `https://images.example/${id}/${width}.webp`;

test("answers a user's name, two newest orders and four picks that the catalog knows", async (t) => {
  const { ask, services } = await startApp(t);
  const { status, headers, text } = await ask("/mobile/home");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(text), {
    profile: { name: "Ada", avatar: "https://images.example/users/ada/64.webp" },
    orders: [
      { id: "ord_placed", status: "placed", title: "Lamp", items: 3 },
      { id: "ord_shipped", status: "shipped", title: "Lamp", items: 3 },
    ],
    picks: [
      { id: "lamp", title: "Lamp", image: image("lamp", 160), price: "€9.99" },
      { id: "knife", title: "出刃包丁", image: image("knife", 160), price: "JP¥1,200" },
      { id: "dates", title: "تمر", image: image("dates", 160), price: "KWD\u00a01.234" },
      { id: "desk", title: "Desk", image: image("desk", 160), price: "€499.00" },
    ],
    degraded: [],
  });
  assert.equal(services.orders.received[0]?.query.get("limit"), "2");
});

test("asks all services at once: an answer of one waits for none of the others", async (t) => {
  const { ask, services } = await startApp(t);
  const together = Promise.all([
    services.users.hasReceived(1),
    services.orders.hasReceived(1),
    services.recommendations.hasReceived(1),
  ]);
  for (const service of [services.users, services.orders, services.recommendations]) {
    service.behave(async (ordinary) => {
      await together;
      return ordinary;
    });
  }
  assert.equal((await ask("/mobile/home")).status, 200);
});

test("asks the catalog for nothing where nothing is recommended, and that is not degraded", async (t) => {
  const { ask, services } = await startApp(t);
  const { text } = await ask("/mobile/home", { user: "newcomer" });
  const { orders, picks, degraded } = JSON.parse(text);
  assert.deepEqual([orders, picks, degraded], [[], [], []]);
  assert.equal(services.catalog.received.length, 0);
});

test("leaves out a pick that is gone from the catalog, and that is not degraded", async (t) => {
  const { ask } = await startApp(t);
  const { text } = await ask("/mobile/home", { user: "klingon" });
  assert.deepEqual(Object(JSON.parse(text)).picks, []);
  assert.deepEqual(Object(JSON.parse(text)).degraded, []);
});

for (const [user, name, price] of [
  ["grace", "Grace", "€9.99"],
  ["hanako", "花子", "€9.99"],
  ["layla", "ليلى", "\u200f٩٫٩٩\u00a0€"],
  ["bare", "Bare", "€9.99"],
] as const) {
  test(`greets ${user} as ${name}, and writes prices as they are read there`, async (t) => {
    const { ask } = await startApp(t);
    const { text } = await ask("/mobile/home", { user });
    assert.partialDeepStrictEqual(JSON.parse(text), { profile: { name }, picks: [{ id: "lamp", price }] });
  });
}

test("has an order without lines, and without a title", async (t) => {
  const { ask } = await startApp(t);
  const { text } = await ask("/mobile/home", { user: "bare" });
  assert.deepEqual(Object(JSON.parse(text)).orders, [
    { id: "ord_bare", status: "cancelled", title: "", items: 0 },
  ]);
});

for (const [query, hint, avatar, width] of [
  ["?dpr=1", undefined, 64, 160],
  ["?dpr=1.5", undefined, 256, 320],
  ["?dpr=2", undefined, 256, 320],
  ["?dpr=3", undefined, 256, 640],
  ["?dpr=4", undefined, 256, 640],
  ["", "2", 256, 320],
  ["", "2.625", 256, 640],
  ["", "1.100000023841858", 256, 320],
  ["", "2.625000000", 256, 640],
  ["", "0.75", 64, 160],
  ["", "5", 256, 640],
  ["", "nonsense", 64, 160],
  ["", "-2", 64, 160],
  ["", "2, 3", 64, 160],
  ["?dpr=1", "3", 64, 160],
] as const) {
  test(`chooses images for ${query || "no dpr"} and the hint ${hint ?? "(none)"}`, async (t) => {
    const { ask } = await startApp(t);
    const headers = hint === undefined ? {} : { "sec-ch-dpr": hint };
    const { text } = await ask(`/mobile/home${query}`, { headers });
    assert.partialDeepStrictEqual(JSON.parse(text), {
      profile: { avatar: `https://images.example/users/ada/${avatar}.webp` },
      picks: [{ image: image("lamp", width) }],
    });
  });
}

test("shows a status that the contract does not list as unknown", async (t) => {
  const { ask, services } = await startApp(t);
  services.orders.behave(
    replacesBody(({ orders, ...page }) => ({
      ...page,
      orders: [orders].flat().map((order) => Object.assign({}, order, { status: "teleported" })),
    })),
  );
  const { text } = await ask("/mobile/home");
  assert.partialDeepStrictEqual(JSON.parse(text), {
    orders: [{ status: "unknown" }, { status: "unknown" }],
  });
  assert.deepEqual(JSON.parse(text).degraded, []);
});

test("takes recommendations from version 1 where version 2 is gone", async (t) => {
  const { ask, services } = await startApp(t);
  services.recommendations.behave(fails(404), { at: "/recs/v2" });
  const { text } = await ask("/mobile/home");
  assert.partialDeepStrictEqual(JSON.parse(text), { picks: [{ id: "lamp" }] });
  assert.deepEqual(Object(JSON.parse(text)).degraded, []);
});
// sample:end
