import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "../testing/start-app.ts";

const image = (id: string, width: number) => `https://images.example/${id}/${width}.webp`;

test("answers a user's name, two newest orders and what the catalog knows of four picks", async (t) => {
  const { ask, services } = await startApp(t);
  const { status, headers, text } = await ask("/mobile/home");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers["cache-control"], "private, no-cache");
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
  // The user is asked for once, though two sections need them.
  assert.equal(services.received().length, 4);
});
