import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reading } from "@triptych/upstream-client";
import { contract as catalog } from "../generated/catalog.ts";
import { contract as orders } from "../generated/orders.ts";
import { contract as recommendations } from "../generated/recommendations.ts";
import { contract as users } from "../generated/users.ts";
import { orderBody, productBody, rankedBody, userBody } from "../testing/bodies.ts";
import type { Body } from "../testing/bodies.ts";
import { operationOf } from "@triptych/upstream-client/contract";
import type { ContractOperation } from "@triptych/upstream-client/contract";

const reader = (operation: ContractOperation): ((body: unknown) => Reading<unknown>) =>
  operationOf(operation).read;

const read = {
  user: reader(users.getMe),
  order: reader(orders.getOrder),
  orders: reader(orders.listOrders),
  product: reader(catalog.getProduct),
  slots: reader(recommendations.listRecommendations),
};

const GOOD: readonly (readonly [what: string, reader: keyof typeof read, body: Body])[] = [
  ["a user", "user", userBody()],
  ["an order", "order", orderBody()],
  ["a page", "orders", { orders: [orderBody(), orderBody()], nextCursor: null }],
  ["a product", "product", productBody("p-1")],
  ["slots", "slots", rankedBody([[1, "a", "viewed"]])],
  [
    "an unknown field at every level",
    "order",
    orderBody({
      extra: [1],
      shipment: { carrier: "", trackingNumber: "", estimatedDelivery: "2026-11-25", drone: true },
    }),
  ],
  [
    "a null where the contract allows one",
    "order",
    orderBody({ shipment: null, payment: { capturedAt: null } }),
  ],
  ["a missing optional field", "order", withoutField(orderBody(), "payment")],
  [
    "a date-time with fraction and offset",
    "order",
    orderBody({ placedAt: "2024-02-29T23:59:59.123456789-12:00" }),
  ],
  [
    "a currency of three characters that are two code units each",
    "order",
    orderBody({ total: { amount: 1, currency: "😀😀😀" } }),
  ],
  ["an amount as large as numbers go", "order", orderBody({ total: { amount: 1e300, currency: "EUR" } })],
  [
    "a map of strings",
    "product",
    productBody("p", { attributes: { ["__proto__x"]: "a", constructor: "b" } }),
  ],
];

for (const [what, name, body] of GOOD) {
  test(`takes ${what}`, () => {
    assert.deepEqual(read[name](structuredClone(body)), { ok: true, value: body });
  });
}

type Broken = readonly [
  what: string,
  reader: keyof typeof read,
  body: unknown,
  field: string,
  expected: RegExp,
];

const BROKEN: readonly Broken[] = [
  ["null", "user", null, "", /object/],
  ["a list for an object", "user", [], "", /object/],
  ["an error page's text", "user", "<html>", "", /object/],
  ["a missing field", "user", withoutField(userBody(), "email"), "/email", /present/],
  [
    "a missing field deep down",
    "user",
    userBody({ name: { given: "Ada", family: "L" } }),
    "/name/display",
    /present/,
  ],
  [
    "a wrong type",
    "user",
    userBody({ preferences: { currency: 978, newsletter: true } }),
    "/preferences/currency",
    /string/,
  ],
  ["a null where the contract allows none", "order", orderBody({ total: null }), "/total", /object/],
  ["neither of two types", "user", userBody({ phone: 44 }), "/phone", /string or null/],
  ["a pattern", "user", userBody({ id: "../7" }), "/id", /pattern/],
  ["an address of e-mail", "user", userBody({ email: "ada" }), "/email", /email/],
  [
    "a string that is too short",
    "order",
    orderBody({ tax: { amount: 1, currency: "EU" } }),
    "/tax/currency",
    /3/,
  ],
  [
    "a string that is too long",
    "order",
    orderBody({ tax: { amount: 1, currency: "EURO" } }),
    "/tax/currency",
    /3/,
  ],
  [
    "a fraction for an integer",
    "order",
    orderBody({ tax: { amount: 1.5, currency: "EUR" } }),
    "/tax/amount",
    /integer/,
  ],
  [
    "a number as a string",
    "order",
    orderBody({ tax: { amount: "1", currency: "EUR" } }),
    "/tax/amount",
    /integer/,
  ],
  [
    "a number that is too small",
    "user",
    userBody({ loyalty: { tier: "gold", points: -1 } }),
    "/loyalty/points",
    /0/,
  ],
  [
    "a number that is too large",
    "product",
    productBody("p", { rating: { average: 5.1, count: 1 } }),
    "/rating/average",
    /5/,
  ],
  ["an empty list", "product", productBody("p", { images: [] }), "/images", /1/],
  [
    "a member of a map",
    "product",
    productBody("p", { attributes: { ok: "", "a/b~c": 1 } }),
    "/attributes/a~1b~0c",
    /string/,
  ],
  ["an enum that is no string", "order", orderBody({ status: 3 }), "/status", /string/],
  ["a garbage date-time", "order", orderBody({ placedAt: "yesterday" }), "/placedAt", /date-time/],
  [
    "a date-time without offset",
    "order",
    orderBody({ placedAt: "2026-01-01T00:00:00" }),
    "/placedAt",
    /date-time/,
  ],
  ["a day that is not", "order", orderBody({ placedAt: "2026-02-30T00:00:00Z" }), "/placedAt", /date-time/],
  [
    "a leap second, which no Date can hold",
    "order",
    orderBody({ placedAt: "2016-12-31T23:59:60Z" }),
    "/placedAt",
    /date-time/,
  ],
  [
    "a date-time with a suffix",
    "order",
    orderBody({ placedAt: "2026-01-01T00:00:00Z[Europe/Paris]" }),
    "/placedAt",
    /date-time/,
  ],
  [
    "a garbage nullable date-time",
    "order",
    orderBody({ payment: { capturedAt: "" } }),
    "/payment/capturedAt",
    /date-time/,
  ],
  [
    "a garbage date",
    "order",
    orderBody({ shipment: { carrier: "", trackingNumber: "", estimatedDelivery: "2026-13-01" } }),
    "/shipment/estimatedDelivery",
    /date/,
  ],
  [
    "no address of an image",
    "user",
    userBody({ avatar: { small: "s", medium: "https://m/", large: "https://l/" } }),
    "/avatar/small",
    /URI/,
  ],
  [
    "the second of a list",
    "orders",
    { orders: [orderBody(), orderBody({ number: 1 })], nextCursor: null },
    "/orders/1/number",
    /string/,
  ],
  [
    "a list inside a list",
    "orders",
    { orders: [orderBody({ lines: [{}] })], nextCursor: null },
    "/orders/0/lines/0/productId",
    /present/,
  ],
  ["own members only", "user", JSON.parse(`{"__proto__": ${JSON.stringify(userBody())}}`), "/id", /present/],
];

for (const [what, name, body, field, expected] of BROKEN) {
  test(`finds ${what} at ${field === "" ? "the root" : field}`, () => {
    const reading = read[name](body);
    assert.ok(!reading.ok, "it was taken");
    assert.equal(reading.violation.field, field);
    assert.match(reading.violation.expected, expected);
  });
}

test("looks no further than the first broken place: a large body is explained as quickly as a small one", () => {
  const untouchable = {
    get id(): string {
      throw new Error("it was looked at");
    },
  };
  const reading = read.orders({
    orders: [orderBody(), orderBody({ total: 0 }), untouchable],
    nextCursor: null,
  });
  assert.ok(!reading.ok);
  assert.equal(reading.violation.field, "/orders/1/total");
});

test("never says what it found", () => {
  const reading = read.user(userBody({ email: "s3cret", id: "s3cret/", phone: 5 }));
  assert.ok(!reading.ok);
  assert.doesNotMatch(JSON.stringify(reading), /s3cret/);
});

function withoutField(body: Body, name: string): Body {
  const { [name]: _, ...rest } = body;
  return rest;
}
