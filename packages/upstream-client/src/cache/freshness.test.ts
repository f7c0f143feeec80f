import assert from "node:assert/strict";
import { test } from "node:test";
import type { Headers } from "../wire/classify.ts";
import { cacheHeaders, freshnessOf, headersAfterRevalidation } from "./freshness.ts";
import type { CacheScope } from "./freshness.ts";

const MINUTE = 60_000;
const of = (headers: Headers, scope: CacheScope = "shared") => freshnessOf(cacheHeaders(headers), scope);
const cc = (value: string, scope: CacheScope = "shared") => of({ "cache-control": value }, scope);

const FRESH: readonly [string, Headers, CacheScope, number][] = [
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
  ["max-age before Expires", { "cache-control": "max-age=60", expires: "0" }, "shared", MINUTE],
  ["a year at most", { "cache-control": "max-age=99999999999" }, "shared", 31_536_000_000],
  ["Cache-Control in two lines", { "cache-control": ["public", "max-age=60"] }, "shared", MINUTE],
];

for (const [name, headers, scope, freshMs] of FRESH) {
  test(`fresh for ${freshMs / 1_000} s: ${name}`, () => assert.equal(of(headers, scope)?.freshMs, freshMs));
}

const NOT_STORED: readonly [string, Headers, CacheScope[]][] = [
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
  ["nothing at all", {}, ["shared", "perUser"]],
  ["max-age=0 without a validator", { "cache-control": "max-age=0" }, ["shared", "perUser"]],
  ["a negative max-age", { "cache-control": "max-age=-60" }, ["shared", "perUser"]],
  ["a max-age that is no number", { "cache-control": "max-age=x" }, ["shared", "perUser"]],
  ["an Expires that is no date", { expires: "0" }, ["shared", "perUser"]],
  ["an age beyond max-age", { "cache-control": "max-age=60", age: "61" }, ["shared", "perUser"]],
];

for (const [name, headers, scopes] of NOT_STORED) {
  for (const scope of scopes) {
    test(`not stored as ${scope}: ${name}`, () => assert.equal(of(headers, scope), undefined));
  }
}

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

test("the Age header is counted", () => {
  assert.equal(of({ "cache-control": "max-age=60", age: "20" })?.ageMs, 20_000);
  assert.equal(of({ "cache-control": "max-age=60", age: "-20" })?.ageMs, 0);
});

test("a validator that cannot be sent in a header is not kept", () => {
  assert.equal(of({ "cache-control": "max-age=60", etag: '"a\nb"' })?.validators, undefined);
  assert.equal(of({ "cache-control": "max-age=60", etag: '"ü"' })?.validators, undefined);
});

test("a 304's headers replace the stored ones, and the others are kept", () => {
  const stored = cacheHeaders({ "cache-control": "max-age=60", etag: '"1"', age: "50" });
  assert.deepEqual(headersAfterRevalidation(stored, {}), { "cache-control": "max-age=60", etag: '"1"' });
  const replaced = headersAfterRevalidation(stored, cacheHeaders({ "cache-control": "no-store" }));
  assert.equal(freshnessOf(replaced, "shared"), undefined);
});
