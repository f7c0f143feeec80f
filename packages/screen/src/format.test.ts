import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dayIn,
  formatDay,
  formatMoney,
  formatNumber,
  instantIn,
  minorUnitDigits,
  supportedLocale,
} from "./format.ts";

test("shows an amount with the decimals of its own currency", () => {
  assert.equal(formatMoney({ amount: 999, currency: "EUR" }, "en-GB"), "€9.99");
  assert.equal(formatMoney({ amount: 1200, currency: "JPY" }, "en-GB"), "JP¥1,200");
  assert.equal(formatMoney({ amount: 12_345, currency: "KWD" }, "en-GB"), "KWD\u00A012.345");
  assert.equal(formatMoney({ amount: -5, currency: "EUR" }, "en-GB"), "-€0.05");
});

test("takes an amount for what ISO 4217 says, and shows the decimals that people write", () => {
  const shown = (amount: number, currency: string) =>
    formatMoney({ amount, currency }, "en-GB").replace("\u00A0", " ");
  assert.equal(shown(1_299_000, "HUF"), "HUF 12,990");
  assert.equal(shown(1_299_000, "huf"), "HUF 12,990");
  assert.equal(shown(1_299_000, "IQD"), "IQD 1,299");
  for (const currency of ["IDR", "COP", "PKR", "LBP", "ALL", "AFN", "MMK", "LAK", "MGA", "SOS"]) {
    assert.equal(shown(1_299_000, currency), `${currency} 12,990`);
  }
  assert.equal(shown(1_299_000, "RSD"), "RSD 12,990.00");
  assert.equal(shown(12_990, "ISK"), "ISK 12,990");
  assert.equal(shown(12_990, "XAU"), "XAU 12,990.00");
  assert.equal(shown(12_990, "CLF"), "CLF 1.2990");
  assert.equal(shown(-40, "HUF"), "HUF 0");
});

test("knows the digits of a currency's minor unit", () => {
  const digits = {
    EUR: 2,
    HUF: 2,
    TWD: 2,
    ZWG: 2,
    XCG: 2,
    JPY: 0,
    UGX: 0,
    VND: 0,
    XXX: 0,
    IQD: 3,
    TND: 3,
    UYW: 4,
  };
  for (const [currency, expected] of Object.entries(digits)) {
    assert.equal(minorUnitDigits(currency), expected, currency);
  }
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

test("writes a number as the user's locale does", () => {
  assert.equal(formatNumber(1_200, "en-GB"), "1,200");
  assert.equal(formatNumber(1_200, "de-DE"), "1.200");
  assert.equal(formatNumber(1_200, "ar-EG"), "١٬٢٠٠");
  assert.equal(formatNumber(1_200, "not a locale"), "1,200");
  assert.equal(formatNumber(4, "de-DE", 1), "4,0");
});

test("shows a date as the same day everywhere", () => {
  for (const timeZone of ["UTC", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
    assert.equal(formatDay("2026-11-12", "en-GB", timeZone), "12 Nov 2026");
  }
});

/** The same instant, written in three ways. */
const SAME = ["2026-11-13T03:00:00.464Z", "2026-11-13T08:30:00.464+05:30", "2026-11-12T22:00:00.464-05:00"];

test("gives an instant the offset of the user's time zone, however it was written", () => {
  for (const instant of SAME) {
    assert.equal(instantIn("America/New_York", instant), "2026-11-12T22:00:00.464-05:00");
    assert.equal(instantIn("Asia/Kolkata", instant), "2026-11-13T08:30:00.464+05:30");
    for (const timeZone of [undefined, "UTC", "Europe/London", "", "Mars/Olympus", "<script>"]) {
      assert.equal(instantIn(timeZone, instant), "2026-11-13T03:00:00.464Z");
    }
  }
  assert.equal(instantIn("Europe/Berlin", "2026-07-01T22:30:00Z"), "2026-07-02T00:30:00+02:00");
  // What is right already stays as it is.
  assert.equal(instantIn("Europe/London", "2026-11-13T03:00:00.000Z"), "2026-11-13T03:00:00.000Z");
});

test("says on which day an instant is in the user's time zone, however it was written", () => {
  for (const instant of SAME) {
    assert.equal(dayIn("America/New_York", instant), "2026-11-12");
    assert.equal(formatDay(instant, "en-GB", "America/New_York"), "12 Nov 2026");
    for (const timeZone of [undefined, "UTC", "Asia/Tokyo", "Mars/Olympus"]) {
      assert.equal(dayIn(timeZone, instant), "2026-11-13");
    }
  }
});

test("a date without a time is that day in every time zone", () => {
  for (const timeZone of [undefined, "America/New_York", "Pacific/Kiritimati", "Mars/Olympus"]) {
    assert.equal(dayIn(timeZone, "2026-11-12"), "2026-11-12");
    assert.equal(formatDay("2026-11-12", "en-GB", timeZone), "12 Nov 2026");
  }
});

test("a leap second is the second before it, everywhere", () => {
  const leap = "2016-12-31T23:59:60Z";
  assert.equal(instantIn(undefined, leap), "2016-12-31T23:59:59Z");
  assert.equal(instantIn("America/New_York", leap), "2016-12-31T18:59:59-05:00");
  assert.equal(instantIn("Europe/Berlin", "2017-01-01T00:59:60.5+01:00"), "2017-01-01T00:59:59.5+01:00");
  assert.equal(dayIn("Asia/Tokyo", leap), "2017-01-01");
  assert.equal(formatDay(leap, "en-GB", "UTC"), "31 Dec 2016");
});
