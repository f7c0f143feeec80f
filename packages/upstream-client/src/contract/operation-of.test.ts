import assert from "node:assert/strict";
import { test } from "node:test";
import { noteOf } from "../operation.ts";
import type { Reading } from "../operation.ts";
import { contract, loanBody, memberBody } from "../testing/library.ts";
import type { Body } from "../testing/library.ts";
import { operationOf } from "./operation-of.ts";

const readLoan = (body: unknown): Reading<unknown> =>
  operationOf(contract.getLoan).read(body, { formats: "enforce" });
const readPage = (body: unknown): Reading<unknown> => operationOf(contract.listLoans).read(body);

const page = (...loans: readonly unknown[]) => ({ loans, nextCursor: null });
const fee = (amount: unknown, currency = "EUR") => loanBody({ fee: { amount, currency } });
const member = (changes: Body) => loanBody({ member: memberBody(changes) });

const GOOD: readonly (readonly [what: string, body: Body])[] = [
  ["a loan", loanBody()],
  [
    "an unknown field at every level",
    loanBody({ extra: [1], reminder: { channel: "", dueOn: "2026-11-25", drone: true } }),
  ],
  ["a null where the contract allows one", loanBody({ reminder: null, returnedAt: null })],
  ["a missing optional field", withoutField(loanBody(), "notes")],
  ["a date-time with fraction and offset", loanBody({ startedAt: "2024-02-29T23:59:59.123456789-12:00" })],
  ["a leap second", loanBody({ startedAt: "2016-12-31T23:59:60Z" })],
  ["a currency of three characters with two code units each", fee(1, "😀😀😀")],
  ["the largest amount that JSON does not round", fee(2 ** 53 - 1)],
  ["a map of strings", loanBody({ notes: { ["__proto__x"]: "a", constructor: "b" } })],
];

for (const [what, body] of GOOD) {
  test(`takes ${what}`, () => {
    assert.deepEqual(readLoan(structuredClone(body)), { ok: true, value: body });
  });
}

test("takes a page of loans", () => {
  const body = page(loanBody(), loanBody());
  assert.deepEqual(readPage(structuredClone(body)), { ok: true, value: body });
});

type Broken = readonly [what: string, body: unknown, field: string, expected: RegExp];

const BROKEN: readonly Broken[] = [
  ["null", null, "", /object/],
  ["a list for an object", [], "", /object/],
  ["the text of an error page", "<html>", "", /object/],
  ["a missing field", withoutField(loanBody(), "number"), "/number", /present/],
  ["a missing field deep down", member({ name: { given: "Ada" } }), "/member/name/display", /present/],
  ["a wrong type", loanBody({ number: 978 }), "/number", /string/],
  ["a null where the contract allows none", loanBody({ fee: null }), "/fee", /object/],
  ["neither of two types", member({ phone: 44 }), "/member/phone", /string or null/],
  ["a value that does not match its pattern", loanBody({ id: "../7" }), "/id", /pattern/],
  ["a malformed e-mail address", member({ email: "ada" }), "/member/email", /email/],
  ["a string that is too short", fee(1, "EU"), "/fee/currency", /3/],
  ["a string that is too long", fee(1, "EURO"), "/fee/currency", /3/],
  ["a fraction for an integer", fee(1.5), "/fee/amount", /integer/],
  ["an amount that JSON rounds", fee(2 ** 60), "/fee/amount", /9007199254740991/],
  ["a number beyond all", fee(JSON.parse("1e400")), "/fee/amount", /integer/],
  ["a number as a string", fee("1"), "/fee/amount", /integer/],
  ["a number that is too small", member({ points: -1 }), "/member/points", /0/],
  ["a number that is too large", member({ rating: 5.1 }), "/member/rating", /5/],
  ["an empty list", loanBody({ books: [] }), "/books", /1/],
  ["a member of a map", loanBody({ notes: { ok: "", "a/b~c": 1 } }), "/notes/a~1b~0c", /string/],
  ["an enum that is not a string", loanBody({ status: 3 }), "/status", /string/],
  ["a garbage date-time", loanBody({ startedAt: "yesterday" }), "/startedAt", /date-time/],
  ["a date-time without offset", loanBody({ startedAt: "2026-01-01T00:00:00" }), "/startedAt", /date-time/],
  [
    "a day that is not in the calendar",
    loanBody({ startedAt: "2026-02-30T00:00:00Z" }),
    "/startedAt",
    /date-time/,
  ],
  ["a second that no minute has", loanBody({ startedAt: "2016-12-31T23:58:60Z" }), "/startedAt", /date-time/],
  [
    "a date-time with a suffix",
    loanBody({ startedAt: "2026-01-01T00:00:00Z[Europe/Paris]" }),
    "/startedAt",
    /date-time/,
  ],
  ["a garbage nullable date-time", loanBody({ returnedAt: "" }), "/returnedAt", /date-time/],
  ["a garbage date", loanBody({ reminder: { channel: "", dueOn: "2026-13-01" } }), "/reminder/dueOn", /date/],
  ["a URI that is no text", member({ photo: 7 }), "/member/photo", /string/],
  ["own members only", JSON.parse(`{"__proto__": ${JSON.stringify(loanBody())}}`), "/id", /present/],
];

for (const [what, body, field, expected] of BROKEN) {
  test(`finds ${what} at ${field === "" ? "the root" : field}`, () => {
    assertBroken(readLoan(body), field, expected);
  });
}

test("finds the second item of a list, and an item of a list in a list", () => {
  assertBroken(readPage(page(loanBody(), loanBody({ number: 1 }))), "/loans/1/number", /string/);
  assertBroken(readPage(page(loanBody({ books: [{}] }))), "/loans/0/books/0/bookId", /present/);
});

test("stops at the first broken place, so a large body is explained as quickly as a small one", () => {
  const untouchable = {
    get id(): string {
      throw new Error("it was read");
    },
  };
  assertBroken(readPage(page(loanBody(), loanBody({ fee: 0 }), untouchable)), "/loans/1/fee", /object/);
});

test("a value that the contract does not list becomes unknown and is named", () => {
  const reading = readPage(page(loanBody(), loanBody({ status: "stolen" })));
  assert.deepEqual(reading, {
    ok: true,
    value: page(loanBody(), loanBody({ status: "unknown" })),
    unknownValues: ["loans.status"],
  });
});

test("never quotes what it found", () => {
  const reading = readLoan(member({ email: "s3cret", phone: 5 }));
  assert.ok(!reading.ok);
  assert.doesNotMatch(JSON.stringify(reading), /s3cret/);
});

function assertBroken(reading: Reading<unknown>, field: string, expected: RegExp): void {
  assert.ok(!reading.ok, "it was taken");
  assert.equal(reading.violation.field, field);
  assert.match(reading.violation.expected, expected);
}

function withoutField(body: Body, name: string): Body {
  const { [name]: _, ...rest } = body;
  return rest;
}

const lenient = operationOf(contract.listLoans, { leaveOut: "loans" });

test("leaves out the items that break the contract, and notes the first of them in the answer", () => {
  const reading = lenient.read(page(loanBody(), fee(2 ** 60), loanBody({ status: "new" }), null));
  assert.deepEqual(reading, {
    ok: true,
    value: page(loanBody(), loanBody({ status: "unknown" })),
    unknownValues: ["loans.status"],
  });
  assert.equal(reading.ok && noteOf(reading.value, "leftOut")?.field, "/loans/1/fee/amount");
  assert.deepEqual(lenient.read(page(null)), { ok: true, value: page() });
  const whole = lenient.read(page(loanBody()));
  assert.equal(whole.ok && noteOf(whole.value, "leftOut"), undefined);
});

test("leaves nothing out where that does not mend the answer, or of a list beyond measure", () => {
  const many = Array.from({ length: 1_001 }, () => null);
  for (const body of [
    null,
    [],
    { loans: null, nextCursor: null },
    { loans: [null], nextCursor: 1 },
    page(...many),
  ]) {
    assert.equal(lenient.read(body).ok, false);
  }
});
