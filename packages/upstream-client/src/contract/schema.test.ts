import assert from "node:assert/strict";
import { test } from "node:test";
import { contract, loanBody, memberBody } from "../testing/library.ts";
import { operationOf } from "./operation-of.ts";

const { read } = operationOf(contract.getLoan);

const DAYS = ["2024-02-29", "2000-02-29", "2026-02-28", "2026-04-30", "2026-12-31", "0004-02-29"];
const NOT_DAYS = [
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

test("takes the days of the calendar, in a date and in a date-time, and no other", () => {
  for (const [days, taken] of [
    [DAYS, true],
    [NOT_DAYS, false],
  ] as const) {
    for (const day of days) {
      assert.equal(read(loanBody({ startedAt: `${day}T00:00:00Z` })).ok, taken, `date-time ${day}`);
      assert.equal(read(loanBody({ reminder: { channel: "", dueOn: day } })).ok, taken, `date ${day}`);
    }
  }
});

test("takes any text for a URI: screens decide which addresses they send", () => {
  for (const photo of ["https://a.example/b?c=d", "javascript:alert(1)", "//a.example/b", "a b", ""]) {
    assert.ok(read(loanBody({ member: memberBody({ photo }) })).ok, photo);
  }
  assert.ok(!read(loanBody({ member: memberBody({ photo: null }) })).ok);
});

test("every date-time that it takes is one that Date takes", () => {
  const all = ["2026-01-01", "2024-02-29", "0000-01-01", "9999-12-31"].flatMap((day) =>
    ["T00:00:00", "t23:59:59", "T12:30:15.5", "T12:30:15.123456789"].flatMap((time) =>
      ["Z", "z", "+00:00", "-23:59", "+14:00"].map((zone) => `${day}${time}${zone}`),
    ),
  );
  for (const startedAt of all) {
    assert.ok(read(loanBody({ startedAt })).ok, startedAt);
    assert.ok(!Number.isNaN(Date.parse(startedAt)), startedAt);
  }
});
