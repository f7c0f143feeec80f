import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, jsonValue, property } from "fast-check";
import { differencesOf } from "./differences.ts";
import type { Compared } from "./differences.ts";

const answer = (body: unknown, changes: Partial<Compared> = {}): Compared => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "private, no-store" },
  text: typeof body === "string" ? body : JSON.stringify(body),
  ...changes,
});

const HOME = {
  profile: { name: "Ada", points: 168, vip: false, note: null },
  orders: [
    { id: "a", total: { amount: 100, currency: "EUR" }, lines: [{ title: "x" }, { title: "y" }] },
    { id: "b", total: { amount: 200, currency: "EUR" }, lines: [] },
  ],
  "odd/name~": 1,
  degraded: [],
};

type Home = typeof HOME & Record<string, unknown>;

/** Each changes one thing, and where it must be found. */
const SEEDED: Readonly<Record<string, (home: Home) => unknown>> = {
  "/profile/name": (home) => (home.profile.name = "Bea"),
  "/profile/points": (home) => (home.profile.points = 169),
  "/profile/vip": (home) => (home.profile.vip = true),
  "/profile/note": (home) => Object.assign(home.profile, { note: "" }),
  "/profile/new": (home) => Object.assign(home.profile, { new: 1 }),
  "/profile": (home) => Object.assign(home, { profile: null }),
  "/orders": (home) => home.orders.pop(),
  "/orders/*/id": (home) => (home.orders = home.orders.toReversed()),
  "/orders/*/total/amount": (home) => Object.assign(home.orders[1]?.total ?? {}, { amount: 2 }),
  "/orders/*/total/currency": (home) => Object.assign(home.orders[0]?.total ?? {}, { currency: "SEK" }),
  "/orders/*/lines": (home) => Object.assign(home.orders[0] ?? {}, { lines: [] }),
  "/orders/*/lines/*/title": (home) =>
    Object.assign(home.orders[0] ?? {}, { lines: [{ title: "y" }, { title: "x" }] }),
  "/odd~1name~0": (home) => (home["odd/name~"] = 2),
  "/degraded": (home) => Object.assign(home, { degraded: [{ section: "orders" }] }),
  "/__proto__": (home) => Object.defineProperty(home, "__proto__", { value: 1, enumerable: true }),
};

for (const [at, change] of Object.entries(SEEDED)) {
  test(`finds what changed at ${at}`, () => {
    const home = structuredClone(HOME);
    change(home);
    const found = differencesOf(answer(HOME), answer(home)).map((one) => one.at);
    assert.ok(found.includes(at), found.join());
  });
}

for (const [at, other] of [
  ["status", answer(HOME, { status: 500 })],
  ["cache-control", answer(HOME, { headers: { "content-type": "application/json" } })],
  ["content-type", answer(HOME, { headers: { ...answer(HOME).headers, "content-type": "text/html" } })],
  ["/", answer([])],
  ["body", answer("<html>")],
] as const) {
  test(`finds another ${at}`, () => {
    assert.ok(differencesOf(answer(HOME), other).some((one) => one.at === at));
  });
}

test("equal answers differ nowhere, and a difference is found whatever the JSON", () => {
  check(
    property(jsonValue(), jsonValue(), (one, other) => {
      const [before, after] = [answer(JSON.stringify(one)), answer(JSON.stringify(other))];
      assert.deepEqual(differencesOf(before, before), []);
      const isEqual = (() => {
        try {
          assert.deepEqual(JSON.parse(before.text), JSON.parse(after.text));
          return true;
        } catch {
          return false;
        }
      })();
      assert.equal(differencesOf(before, after).length === 0, isEqual);
    }),
  );
});

test("ignores a pointer with all that is under it, and nothing beside it", () => {
  const home = structuredClone(HOME);
  for (const order of home.orders) order.total.amount += 1;
  home.profile.name = "Bea";
  const at = (...ignored: string[]) =>
    differencesOf(answer(HOME), answer(home), ignored).map((one) => one.at);
  assert.deepEqual(at("/orders/*/total"), ["/profile/name"]);
  // Two orders differ there, in one pair.
  assert.deepEqual(at("/orders/*/tot"), ["/profile/name", "/orders/*/total/amount"]);
});

test("a problem's own request is no difference, and a member of that name is", () => {
  const problem = { headers: { "content-type": "application/problem+json" }, status: 404 };
  const [one, other] = [{ instance: "a" }, { instance: "b" }];
  assert.deepEqual(differencesOf(answer(one, problem), answer(other, problem)), []);
  assert.equal(differencesOf(answer(one), answer(other)).length, 1);
});
