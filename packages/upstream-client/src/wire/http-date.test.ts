import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseHttpDate } from "./http-date.ts";

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);
const MOMENT = Date.UTC(1994, 10, 6, 8, 49, 37);

const DATES: readonly [string, number][] = [
  ["Sun, 06 Nov 1994 08:49:37 GMT", MOMENT],
  ["Sunday, 06-Nov-94 08:49:37 GMT", MOMENT],
  ["Sun Nov  6 08:49:37 1994", MOMENT],
  ["Sun Nov 06 08:49:37 1994", MOMENT],
  ["sun, 06 NOV 1994 08:49:37 gmt", MOMENT],
  // Wednesday and Saturday have the longest and the least regular names.
  ["Wednesday, 25-Nov-26 12:00:00 GMT", NOW + 86_400_000],
  ["Saturday, 28-Nov-26 12:00:00 GMT", NOW + 4 * 86_400_000],
  ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ["Tue, 29 Feb 2028 00:00:00 GMT", Date.UTC(2028, 1, 29)],
  // A leap second.
  ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
  ["Fri, 31 Dec 9999 23:59:59 GMT", Date.UTC(9999, 11, 31, 23, 59, 59)],
  // Two digits: the latest year that is not more than 50 years ahead.
  ["Friday, 31-Dec-49 23:59:59 GMT", Date.UTC(2049, 11, 31, 23, 59, 59)],
  ["Tuesday, 24-Nov-76 12:00:00 GMT", Date.UTC(2076, 10, 24, 12)],
  ["Wednesday, 24-Nov-76 12:00:01 GMT", Date.UTC(1976, 10, 24, 12, 0, 1)],
  ["Saturday, 01-Jan-77 00:00:00 GMT", Date.UTC(1977, 0, 1)],
  ["Saturday, 01-Jan-00 00:00:00 GMT", Date.UTC(2000, 0, 1)],
  ["Tuesday, 29-Feb-72 00:00:00 GMT", Date.UTC(2072, 1, 29)],
];

for (const [text, time] of DATES) {
  test(`"${text}" is ${new Date(time).toISOString()}`, () => assert.equal(parseHttpDate(text, NOW), time));
}

for (const text of [
  "",
  "0",
  "-1",
  "3600",
  "2099",
  "2099-01-01",
  "2099-01-01T00:00:00Z",
  "Sun, 06 Nov 1994 08:49:37",
  "Sun, 06 Nov 1994 08:49:37 +0000",
  "Sun, 06 Nov 1994 08:49:37 UTC",
  "Sun, 06 Nov 1994 08:49:37 GMT+1",
  "Sun, 6 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 94 08:49:37 GMT",
  "Sun, 06  Nov 1994 08:49:37 GMT",
  "Sun,06 Nov 1994 08:49:37 GMT",
  "Sun 06 Nov 1994 08:49:37 GMT",
  "06 Nov 1994 08:49:37 GMT",
  "Sunday, 06 Nov 1994 08:49:37 GMT",
  "Sun, 06-Nov-94 08:49:37 GMT",
  "Sunday Nov  6 08:49:37 1994",
  "Son, 06 Nov 1994 08:49:37 GMT",
  "Sun, 06 Dez 1994 08:49:37 GMT",
  "Sun, 06 Nov 1994 8:49:37 GMT",
  "Sun, 06 Nov 1994 24:00:00 GMT",
  "Sun, 06 Nov 1994 08:60:37 GMT",
  "Sun, 06 Nov 1994 08:49:61 GMT",
  "Sun, 00 Nov 1994 08:49:37 GMT",
  "Sun, 31 Nov 1994 08:49:37 GMT",
  "Tue, 29 Feb 2027 00:00:00 GMT",
  "Sunday, 06-Nov-1994 08:49:37 GMT",
  "Sunday, 30-Feb-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 1994 GMT",
  "Sun Nov 6 08:49:37 1994",
  "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
  " Sun, 06 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 1994 08:49:37 GMT\n",
]) {
  test(`${JSON.stringify(text)} is no date`, () => assert.equal(parseHttpDate(text, NOW), undefined));
}

test("whole seconds of four-digit years are read as they were written, whatever TZ says", () => {
  const zone = process.env["TZ"];
  try {
    for (process.env["TZ"] of ["Pacific/Auckland", "America/New_York", "UTC"]) {
      const seconds = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1_000 });
      fc.assert(
        fc.property(seconds, (second) => {
          const text = new Date(second * 1_000).toUTCString();
          const [, day = "", month, year, time] = text.split(" ");
          const asctime = `${text.slice(0, 3)} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
          for (const each of [text, asctime]) assert.equal(parseHttpDate(each, NOW), second * 1_000, each);
        }),
      );
    }
  } finally {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});

test("two digits name the nearest such year that is at most 50 years ahead, at any time", () => {
  const minute = (year: number) =>
    fc.integer({ min: Date.UTC(year, 0, 1) / 6e4, max: Date.UTC(year + 200, 0, 1) / 6e4 });
  fc.assert(
    fc.property(minute(1970), minute(1970), (nowMin, thenMin) => {
      const date = new Date(thenMin * 6e4);
      const [, day, month, year = "", time] = date.toUTCString().split(" ");
      const read = parseHttpDate(`Monday, ${day}-${month}-${year.slice(2)} ${time} GMT`, nowMin * 6e4);
      // A leap day may not exist in the other century.
      if (read === undefined) return;
      const limit = new Date(nowMin * 6e4);
      const [ahead, behind] = [new Date(read), new Date(read)];
      ahead.setUTCFullYear(ahead.getUTCFullYear() + 100);
      limit.setUTCFullYear(limit.getUTCFullYear() + 50);
      assert.ok(behind <= limit && ahead > limit, `${behind.toISOString()} ${limit.toISOString()}`);
    }),
  );
});
