import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceivedHeaders } from "../dialect/headers.ts";
import { ageOnArrivalMs, cacheHeaders, freshnessOf, headersAfterRevalidation } from "./freshness.ts";
import type { CacheScope } from "./freshness.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 24, 4, 0, 0);
const at = (ms: number): string => new Date(NOW + ms).toUTCString();

const of = (headers: ReceivedHeaders, scope: CacheScope = "shared") =>
  freshnessOf(cacheHeaders(headers), scope, NOW);
const cc = (value: string, scope: CacheScope = "shared") => of({ "cache-control": value }, scope);

const FRESH: readonly [string, ReceivedHeaders, CacheScope, number][] = [
  ["max-age", { "cache-control": "max-age=60" }, "shared", MINUTE],
  ["max-age, whatever its case", { "cache-control": "Public, MAX-AGE=60" }, "shared", MINUTE],
  [
    "s-maxage before max-age for everyone",
    { "cache-control": "max-age=60, s-maxage=120" },
    "shared",
    2 * MINUTE,
  ],
  [
    "max-age before s-maxage for one user",
    { "cache-control": "max-age=60, s-maxage=120" },
    "perUser",
    MINUTE,
  ],
  ["private for one user", { "cache-control": "private, max-age=60" }, "perUser", MINUTE],
  [
    "Expires after Date",
    { date: "Tue, 24 Nov 2026 04:00:00 GMT", expires: "Tue, 24 Nov 2026 04:01:00 GMT" },
    "shared",
    MINUTE,
  ],
  ["Expires without Date", { expires: at(MINUTE) }, "shared", MINUTE],
  ["Expires with a Date that is none", { date: "now", expires: at(MINUTE) }, "shared", MINUTE],
  ["Expires as asctime", { expires: "Tue Nov 24 04:01:00 2026" }, "shared", MINUTE],
  ["Expires with a two-digit year", { expires: "Tuesday, 24-Nov-26 04:01:00 GMT" }, "shared", MINUTE],
  ["Expires in a year at most", { expires: at(10_000 * HOUR) }, "shared", 31_536_000_000],
  ["max-age before Expires", { "cache-control": "max-age=60", expires: "0" }, "shared", MINUTE],
  ["a max-age in quotes", { "cache-control": 'max-age="60"' }, "shared", MINUTE],
  ["the same max-age twice", { "cache-control": "max-age=60, max-age=60" }, "shared", MINUTE],
  ["proxy-revalidate", { "cache-control": "max-age=60, proxy-revalidate" }, "shared", MINUTE],
  ["a year at most", { "cache-control": "max-age=99999999999" }, "shared", 31_536_000_000],
  ["Cache-Control in two lines", { "cache-control": ["public", "max-age=60"] }, "shared", MINUTE],
];

for (const [name, headers, scope, freshMs] of FRESH) {
  test(`fresh for ${freshMs / 1_000} s: ${name}`, () => assert.equal(of(headers, scope)?.freshMs, freshMs));
}

const NOT_STORED: readonly [string, ReceivedHeaders, CacheScope[]][] = [
  ["no-store", { "cache-control": "no-store, max-age=60" }, ["shared", "perUser"]],
  ["No-Store", { "cache-control": "No-Store, max-age=60" }, ["shared", "perUser"]],
  ["no-store in a second line", { "cache-control": ["max-age=60", "no-store"] }, ["shared", "perUser"]],
  ["Set-Cookie", { "cache-control": "public, max-age=60", "set-cookie": "a=b" }, ["shared", "perUser"]],
  ["private", { "cache-control": "private, max-age=60" }, ["shared"]],
  ["Private", { "cache-control": "PRIVATE, max-age=60" }, ["shared"]],
  ["private with fields", { "cache-control": 'private="x-user, y", max-age=60' }, ["shared"]],
  [
    "no-store with an empty value",
    { "cache-control": "no-store, no-store=, max-age=60" },
    ["shared", "perUser"],
  ],
  ["private with an empty value", { "cache-control": "private=, max-age=60" }, ["shared"]],
  ["private after public", { "cache-control": "public, max-age=60, private" }, ["shared"]],
  ["Vary: *", { "cache-control": "max-age=60", vary: "*" }, ["shared", "perUser"]],
  ["Vary with a star inside", { "cache-control": "max-age=60", vary: "Accept, *" }, ["shared", "perUser"]],
  ["Vary: Txn-Token", { "cache-control": "max-age=60", vary: "TXN-TOKEN" }, ["shared", "perUser"]],
  ["Vary: traceparent", { "cache-control": "max-age=60", vary: "accept,traceparent" }, ["shared", "perUser"]],
  ["Vary: X-User-Id", { "cache-control": "public, max-age=60", vary: "Accept, X-User-Id" }, ["shared"]],
  ["Vary in two lines", { "cache-control": "public, max-age=60", vary: ["accept", "x-user-id"] }, ["shared"]],
  ["Vary: Authorization", { "cache-control": "public, max-age=60", vary: "Authorization" }, ["shared"]],
  ["Vary: Cookie", { "cache-control": "public, max-age=60", vary: "cookie" }, ["shared"]],
];

for (const [name, headers, scopes] of NOT_STORED) {
  for (const scope of scopes) {
    test(`not stored as ${scope}: ${name}`, () => assert.equal(of(headers, scope), undefined));
  }
}

const EXPIRED: readonly [string, ReceivedHeaders][] = [
  ["nothing at all", {}],
  ["max-age=0", { "cache-control": "max-age=0" }],
  ["a negative max-age", { "cache-control": "max-age=-60" }],
  ["a max-age that is no number", { "cache-control": "max-age=x", expires: at(HOUR) }],
  ["a max-age with more than digits", { "cache-control": "max-age=60s" }],
  ["a max-age without a value", { "cache-control": "max-age", expires: at(HOUR) }],
  ["two different max-ages", { "cache-control": "max-age=60, max-age=600" }],
  ["Pragma: no-cache", { pragma: "No-Cache", expires: at(HOUR) }],
  ["an Expires before its Date", { date: at(HOUR), expires: at(MINUTE) }],
  ["an Expires twice", { expires: [at(HOUR), at(HOUR)] }],
  ...["0", "-1", "", "3600", "2099", "2099-01-01T00:00:00Z", "Thu, 01 Jan 2099 00:00:00 EST", "tomorrow"].map(
    (expires): [string, ReceivedHeaders] => [`Expires: ${expires}`, { expires }],
  ),
];

for (const [name, headers] of EXPIRED) {
  test(`never fresh: ${name}`, () => {
    assert.equal(of(headers)?.freshMs, 0);
    assert.equal(of({ date: at(0), ...headers })?.freshMs, 0);
  });
}

const AGES: readonly [string, ReceivedHeaders, number][] = [
  ["Age", { age: "20" }, 20_000],
  ["Date", { date: at(-HOUR) }, HOUR],
  ["Date as asctime", { date: "Tue Nov 24 03:00:00 2026" }, HOUR],
  ["Date with a two-digit year", { date: "Tuesday, 24-Nov-26 03:00:00 GMT" }, HOUR],
  ["neither", {}, 0],
  ["the greater, Date", { age: "20", date: at(-HOUR) }, HOUR],
  ["the greater, Age", { age: "7200", date: at(-HOUR) }, 2 * HOUR],
  ["a Date from a clock that is ahead", { date: at(HOUR) }, 0],
  ["Age and a Date that is ahead", { age: "20", date: at(HOUR) }, 20_000],
  ["a Date that is none", { date: "2026-11-24T03:00:00Z" }, 0],
  ["the first of two Ages", { age: ["20", "30"] }, 20_000],
  ["the first of two Ages in one line", { age: "20, x" }, 20_000],
  ["a negative Age and Date", { age: "-20", date: at(-HOUR) }, HOUR],
  ["an Age that is no number and Date", { age: "1e3", date: at(-HOUR) }, HOUR],
  ["an Age with a fraction", { age: "20.5" }, 0],
  ["an Age of a year at most", { age: "9".repeat(400) }, 31_536_000_000],
];

for (const [name, headers, ms] of AGES) {
  test(`${ms / 1_000} s old when it comes: ${name}`, () => {
    assert.equal(ageOnArrivalMs(cacheHeaders(headers), { receivedOn: NOW, delayMs: 0 }), ms);
  });
}

test("the time that an answer took counts as its age, not beside its Date", () => {
  const ageOf = (headers: ReceivedHeaders) =>
    ageOnArrivalMs(cacheHeaders(headers), { receivedOn: NOW, delayMs: 700 });
  assert.deepEqual([ageOf({}), ageOf({ age: "20" }), ageOf({ date: at(-HOUR) })], [700, 20_700, HOUR]);
});

test("dates are read as UTC in any time zone", () => {
  const zone = process.env["TZ"];
  process.env["TZ"] = "Pacific/Auckland";
  try {
    assert.equal(of({ expires: "Tue Nov 24 04:01:00 2026" })?.freshMs, MINUTE);
  } finally {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});

test("no lifetime is guessed from Last-Modified, which is kept as a validator", () => {
  const freshness = of({
    "last-modified": "Mon, 23 Nov 2020 04:00:00 GMT",
    date: "Tue, 24 Nov 2026 04:00:00 GMT",
  });
  assert.equal(freshness?.freshMs, 0);
  assert.equal(freshness.validators?.lastModified, "Mon, 23 Nov 2020 04:00:00 GMT");
});

test("a Vary on a header that we never send changes nothing", () => {
  assert.equal(of({ "cache-control": "max-age=60", vary: "Accept, Accept-Encoding" })?.freshMs, MINUTE);
});

test("a Vary on the user is allowed for the user's own entry", () => {
  assert.equal(of({ "cache-control": "max-age=60", vary: "X-User-Id" }, "perUser")?.freshMs, MINUTE);
});

test("no-cache is never fresh and never stale, but its validator is kept", () => {
  const freshness = of({ "cache-control": "no-cache, max-age=60, stale-if-error=60", etag: '"1"' });
  assert.deepEqual(
    [freshness?.freshMs, freshness?.staleIfErrorMs, freshness?.validators],
    [0, 0, { etag: '"1"', lastModified: undefined }],
  );
});

test("the service decides both kinds of stale", () => {
  const freshness = cc("public, max-age=60, stale-while-revalidate=600, stale-if-error=86400");
  assert.deepEqual([freshness?.staleWhileRevalidateMs, freshness?.staleIfErrorMs], [600_000, 86_400_000]);
  const silent = cc("max-age=60");
  assert.deepEqual([silent?.staleWhileRevalidateMs, silent?.staleIfErrorMs], [0, 0]);
});

for (const directive of ["must-revalidate", "no-cache", "proxy-revalidate"]) {
  test(`${directive} forbids both kinds of stale`, () => {
    const freshness = of({
      "cache-control": `max-age=60, ${directive}, stale-while-revalidate=600, stale-if-error=600`,
      etag: '"1"',
    });
    assert.deepEqual([freshness?.staleWhileRevalidateMs, freshness?.staleIfErrorMs], [0, 0]);
  });
}

test("a validator that cannot be sent in a header is not kept", () => {
  assert.equal(of({ "cache-control": "max-age=60", etag: '"a\nb"' })?.validators, undefined);
  assert.equal(of({ "cache-control": "max-age=60", etag: '"ü"' })?.validators, undefined);
  assert.equal(of({ "cache-control": "max-age=60", "last-modified": "2026-11-24" })?.validators, undefined);
});

test("a 304's headers replace the stored ones, and the others are kept", () => {
  const stored = cacheHeaders({ "cache-control": "max-age=60", etag: '"1"', age: "50", date: at(-HOUR) });
  assert.deepEqual(headersAfterRevalidation(stored, {}), { "cache-control": "max-age=60", etag: '"1"' });
  const replaced = headersAfterRevalidation(stored, cacheHeaders({ "cache-control": "no-store" }));
  assert.equal(freshnessOf(replaced, "shared", NOW), undefined);
});
