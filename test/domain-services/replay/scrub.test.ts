import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { scrub, ScrubError, scrubPath } from "./scrub.ts";

const KEY = "a key of this test, long enough";
const personal = (body: unknown, key = KEY) => scrub(body, { user: "42", person: 6, key });

describe("scrubbing a person's answer", () => {
  it("replaces names, addresses and numbers by invented ones, and keeps what is not personal", () => {
    const { body } = personal({
      id: "42",
      email: "jan@real.test",
      phone: null,
      name: { given: "Jan", family: "Real", display: "Jan Real", honorific: "Dr." },
      avatar: { small: "https://images.real.test/42/secret.webp?w=64" },
      birthDate: "1977-11-27",
      locale: "ja-JP",
      addresses: [{ id: "adr_42_1", line1: "Real Street 6", line2: null, city: "Real", country: "JP" }],
      loyalty: { tier: "gold", points: 3 },
      createdAt: "2023-06-28T08:27:35.822Z",
    });
    const text = JSON.stringify(body);
    assert.doesNotMatch(text, /Jan|[Rr]eal|secret|1977|Dr\.|adr_42|28T08/);
    assert.ok(typeof body === "object" && body !== null && "id" in body && "loyalty" in body);
    assert.deepEqual([body.id, body.loyalty], ["{user}", { tier: "gold", points: 3 }]);
    assert.match(text, /"phone":null/);
    assert.match(text, /見本子/, "in the script of the locale");
  });

  it("replaces an id by the same one every time, in its form, and by another with another key", () => {
    const id = (key?: string): string =>
      JSON.stringify(personal({ orders: [{ id: "ord_1n8kcp20" }] }, key).body);
    assert.match(id(), /"id":"ord_\d[a-z]\d[a-z]{3}\d\d"/);
    assert.equal(id(), id());
    assert.notEqual(id(), id("another key of this test"));
    assert.doesNotMatch(id(), /1n8kcp20/);
    assert.equal(scrubPath("/orders/ord_1n8kcp20", KEY), `/orders/${/ord_\w+/.exec(id())?.[0]}`);
    assert.equal(scrubPath("/recs/v2", KEY), "/recs/v2");
  });

  it("keeps the ids of products", () => {
    const slots = { slots: [{ product: { id: "prd_1" }, because: { productId: "prd_2" } }] };
    assert.deepEqual(personal(slots).body, slots);
  });

  it("leaves out members that are not listed as harmless, and reports them", () => {
    const { body, leftOut } = personal({
      status: "paid",
      deliveryNote: "Ring at Meyer's",
      marketing: { a: 1 },
    });
    assert.deepEqual(body, { status: "paid" });
    assert.deepEqual(leftOut, ["deliveryNote", "marketing"]);
  });

  it("refuses a token and an e-mail address in any member", () => {
    for (const title of ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln", "ask jan@real.test"]) {
      assert.throws(() => personal({ title }), ScrubError);
      assert.throws(() => scrub({ title }, null), ScrubError);
    }
  });

  it("hides a supplier's contact in an answer that everybody gets", () => {
    assert.deepEqual(scrub({ contact: "purchasing-135@supplier.example" }, null).body, {
      contact: "purchasing@supplier.example",
    });
  });
});
