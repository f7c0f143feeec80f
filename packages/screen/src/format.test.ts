import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDay, formatMoney, supportedLocale } from "./format.ts";

test("shows an amount with the decimals of its own currency", () => {
  assert.equal(formatMoney({ amount: 999, currency: "EUR" }, "en-GB"), "€9.99");
  assert.equal(formatMoney({ amount: 1200, currency: "JPY" }, "en-GB"), "JP¥1,200");
  assert.equal(formatMoney({ amount: 12_345, currency: "KWD" }, "en-GB"), "KWD\u00A012.345");
  assert.equal(formatMoney({ amount: -5, currency: "EUR" }, "en-GB"), "-€0.05");
});

test("does not round large amounts", () => {
  assert.equal(
    formatMoney({ amount: 900_719_925_474_099_1, currency: "GBP" }, "en-GB"),
    "£90,071,992,547,409.91",
  );
});

test("formats in the user's locale", () => {
  assert.equal(formatMoney({ amount: 123_456, currency: "EUR" }, "de-DE"), "1.234,56\u00A0€");
  assert.equal(formatMoney({ amount: 1200, currency: "JPY" }, "ja-JP"), "￥1,200");
});

test("keeps an odd currency's price readable", () => {
  assert.equal(formatMoney({ amount: 100, currency: "12a" }, "en-GB"), "100 12a");
});

test("falls back to en-GB where the locale is missing, malformed or unknown", () => {
  for (const locale of [undefined, "", "tlh-KL", "not a locale", "en_GB", "x".repeat(200)]) {
    assert.equal(supportedLocale(locale), "en-GB", String(locale));
  }
  assert.equal(supportedLocale("de-de"), "de-DE");
  assert.equal(supportedLocale("th-TH-u-ca-buddhist-nu-thai"), "th-TH");
});

test("shows a day in the user's locale and time zone", () => {
  assert.equal(formatDay("2026-11-12T23:30:00Z", "en-GB", "UTC"), "12 Nov 2026");
  assert.equal(formatDay("2026-11-12T23:30:00Z", "en-GB", "Europe/Berlin"), "13 Nov 2026");
  assert.equal(formatDay("2026-11-12T23:30:00Z", "de-DE", "Europe/Berlin"), "13. Nov. 2026");
  assert.equal(formatDay("2026-11-12", "en-GB", "Mars/Olympus"), "12 Nov 2026");
});
