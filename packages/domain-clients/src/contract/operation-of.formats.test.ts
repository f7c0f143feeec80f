import assert from "node:assert/strict";
import { test } from "node:test";
import { contract as orders } from "../generated/orders.ts";
import { contract as users } from "../generated/users.ts";
import { orderBody, userBody } from "../testing/bodies.ts";
import { operationOf } from "@triptych/upstream-client/contract";

const read = { user: operationOf(users.getMe).read, order: operationOf(orders.getOrder).read };

const DAYS_OF_THE_CALENDAR = [
  "2024-02-29",
  "2000-02-29",
  "2026-02-28",
  "2026-04-30",
  "2026-12-31",
  "0004-02-29",
];
const DAYS_OF_NONE = [
  "2023-02-29",
  "1900-02-29",
  "2026-02-30",
  "2026-04-31",
  "2026-13-01",
  "2026-00-10",
  "2026-01-00",
  "2026-01-32",
  "2026-1-01",
  "02026-01-01",
  " 2026-01-01",
  "2026-01-01\n",
];

test("takes the days that the calendar has, in a date and in a date-time, and no other", () => {
  for (const [days, taken] of [
    [DAYS_OF_THE_CALENDAR, true],
    [DAYS_OF_NONE, false],
  ] as const) {
    for (const day of days) {
      assert.equal(read.order(orderBody({ placedAt: `${day}T00:00:00Z` })).ok, taken, `date-time ${day}`);
      const shipment = { carrier: "", trackingNumber: "", estimatedDelivery: day };
      assert.equal(read.order(orderBody({ shipment })).ok, taken, `date ${day}`);
    }
  }
});

test("takes the addresses that a page can show, and nothing with a space or without a scheme", () => {
  const reads = (small: string) =>
    read.user(userBody({ avatar: { small, medium: "https://m/", large: "https://l/" } })).ok;
  for (const address of ["https://a.example/b?c=d&e=%C3%A9#f", "HTTP://[::1]:80/", "data:,x", "urn:isbn:1"]) {
    assert.ok(reads(address), address);
  }
  for (const address of [
    "//a.example/b",
    "a b:c",
    "https://a/b c",
    "https://a/é",
    "https://a/%zz",
    "",
    ":x",
  ]) {
    assert.ok(!reads(address), address);
  }
});

test("every date-time that it takes is one that Date takes", () => {
  const parts = ["2026-01-01", "2024-02-29", "0000-01-01", "9999-12-31"].flatMap((day) =>
    ["T00:00:00", "t23:59:59", "T12:30:15.5", "T12:30:15.123456789"].flatMap((time) =>
      ["Z", "z", "+00:00", "-23:59", "+14:00"].map((zone) => `${day}${time}${zone}`),
    ),
  );
  for (const placedAt of parts) {
    assert.ok(read.order(orderBody({ placedAt })).ok, placedAt);
    assert.ok(!Number.isNaN(Date.parse(placedAt)), placedAt);
  }
});
