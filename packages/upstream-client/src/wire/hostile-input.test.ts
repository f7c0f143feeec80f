import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ageOnArrivalMs, cacheHeaders, freshnessOf } from "../cache/freshness.ts";
import { parseStored } from "../cache/redis-level.ts";
import { classifyResponseHead } from "./classify.ts";
import { InvalidCallError } from "../errors.ts";
import { PathTemplate } from "../operation.ts";
import { readBody } from "./body.ts";
import { makeOperation } from "../testing/index.ts";

const DIRECTIVES = [
  "public",
  "private",
  "no-store",
  "no-cache",
  "max-age",
  "s-maxage",
  "must-revalidate",
  "stale-if-error",
  "__proto__",
];
const directive = fc
  .tuple(
    fc.constantFrom(...DIRECTIVES),
    fc.constantFrom("", "=60", "=0", "=-1", '="60"', "=1e9", "=,", "=x", '="'),
    fc.boolean(),
  )
  .map(([name, value, upper]) => (upper ? name.toUpperCase() : name) + value);
const cacheControl = fc.oneof(
  fc.string(),
  fc.array(directive).map((parts) => parts.join(", ")),
);
const date = fc.oneof(
  fc.string(),
  fc.date({ noInvalidDate: true }).map((time) => time.toUTCString()),
);
const headers = fc.record(
  {
    "cache-control": fc.oneof(cacheControl, fc.array(cacheControl)),
    vary: fc.oneof(fc.string(), fc.constantFrom("*", "x-user-id", "accept", "Txn-Token")),
    expires: date,
    date,
    age: fc.oneof(fc.string(), fc.integer().map(String)),
    etag: fc.string(),
    "last-modified": fc.string(),
    pragma: fc.string(),
    "content-type": fc.string(),
    "content-length": fc.string(),
    "retry-after": fc.string(),
  },
  { requiredKeys: [] },
);

test("whatever a service says about caching, lifetimes are numbers, and private or no-store is never shared", () => {
  fc.assert(
    fc.property(headers, (all) => {
      const ageMs = ageOnArrivalMs(cacheHeaders(all), { receivedOn: Date.UTC(2026, 10, 24), delayMs: 0 });
      const freshness = freshnessOf(cacheHeaders(all), "shared", Date.UTC(2026, 10, 24) - ageMs);
      if (freshness === undefined) return;
      for (const ms of [
        ageMs,
        freshness.freshMs,
        freshness.staleIfErrorMs,
        freshness.staleWhileRevalidateMs,
      ]) {
        assert.ok(Number.isFinite(ms) && ms >= 0, String(ms));
      }
      const said = [all["cache-control"] ?? ""].flat().join(",").toLowerCase();
      assert.doesNotMatch(said, /(^|,)\s*(private|no-store)\s*(,|$)/);
    }),
    { numRuns: 2_000 },
  );
});

test("any status and headers are classified, without exception or negative wait", () => {
  const limits = { maxResponseBytes: 100, clock: { wallNow: () => 0 } };
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 999 }), headers, (status, all) => {
      const failure = classifyResponseHead(status, all, limits);
      assert.ok((failure?.retryAfterMs ?? 0) >= 0);
      if (failure === undefined) assert.ok(status < 300);
    }),
  );
});

test("any bytes are an answer or a reason", () => {
  const read = (value: unknown) => ({ ok: true, value }) as const;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      (bytes) => {
        const reading = readBody(read, Buffer.from(bytes));
        assert.equal(typeof reading.ok, "boolean");
      },
    ),
  );
});

test("any text from Redis is an entry or nothing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => assert.equal(parseStored(text), undefined)),
  );
  const entry = { key: "k", bornOn: 1, headers: { etag: '"1"' }, text: "{}" };
  assert.deepEqual(parseStored(JSON.stringify(entry)), entry);
});

for (const ids of ["plain", "opaque"] as const) {
  test(`with ${ids} ids, any path parameter is refused, or becomes exactly one segment`, () => {
    const template = new PathTemplate(makeOperation({ path: "/orders/{orderId}/cancel" }), ids);
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("", ".", "..", "a/b", "%2e%2e", "a?b", "//x"),
    );
    fc.assert(
      fc.property(anything, (orderId) => {
        let target: string;
        try {
          target = template.target({ path: { orderId } });
        } catch (error) {
          assert.ok(error instanceof InvalidCallError);
          if (ids === "opaque") assert.ok(["", ".", ".."].includes(orderId), orderId);
          return;
        }
        const { host, pathname, search } = new URL(target, "http://things.test");
        const segments = pathname.split("/").map(decodeURIComponent);
        assert.deepEqual([host, segments, search], ["things.test", ["", "orders", orderId, "cancel"], ""]);
      }),
      { numRuns: 2_000 },
    );
  });
}
