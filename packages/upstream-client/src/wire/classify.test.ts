import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyResponseHead } from "./classify.ts";

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);
const options = { maxResponseBytes: 1_000, clock: { wallNow: () => NOW } };

for (const [value, ms] of [
  ["0", 0],
  ["3", 3_000],
  ["99999999999999999999", 1e12],
  ["Tue, 24 Nov 2026 12:00:05 GMT", 5_000],
  ["Tuesday, 24-Nov-26 12:00:05 GMT", 5_000],
  ["Tue Nov 24 12:00:05 2026", 5_000],
  ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
  ["-1", undefined],
  ["0.5", undefined],
  ["1e3", undefined],
  ["2026-11-24T12:00:05Z", undefined],
  ["soon", undefined],
  ["", undefined],
  [["1", "2"], undefined],
  [undefined, undefined],
] as const) {
  test(`Retry-After: ${JSON.stringify(value)} is ${ms} ms`, () => {
    const headers = { "retry-after": typeof value === "object" ? [...value] : value };
    assert.equal(classifyResponseHead(503, headers, options)?.retryAfterMs, ms);
  });
}

test("a 401 says where the credentials come from", () => {
  assert.match(classifyResponseHead(401, {}, options)?.reason ?? "", /^status 401 .*authenticate/);
});

for (const [type, isJson] of [
  ["application/json", true],
  ["Application/JSON;Charset=UTF-8", true],
  ["application/json; charset=utf8", true],
  ['application/json ; charset = "utf-8"', true],
  ["application/json;", true],
  ["application/json; odata.metadata=minimal; odata.streaming=true", true],
  ["application/json; odata.metadata=minimal; charset=utf-8", true],
  ["application/vnd.api+json", true],
  ["application/hal+json; profile=x", true],
  ["application/vnd.shop.v1+JSON", true],
  ["application/vnd.a+b+json", true],
  ["application/problem+json; charset=us-ascii", true],
  ['application/json;profile="x;charset=utf-16"', true],
  ['application/json;profile="a\\";charset=utf-16";charset="utf-8"', true],
  ['application/json;profile="x";charset="utf-16"', false],
  ["application/json; charset=iso-8859-1", false],
  ["application/hal+json; charset=utf-16", false],
  ["application/jsonp", false],
  ["application/json-seq", false],
  ["application/x-ndjson", false],
  ["application/+json", false],
  ["json", false],
  ["text/html; x=application/json", false],
  ["application/json, text/html", false],
  ["", false],
] as const) {
  test(`${JSON.stringify(type)} is ${isJson ? "" : "not "}JSON`, () => {
    const failure = classifyResponseHead(200, { "content-type": type }, options);
    assert.equal(failure?.kind, isJson ? undefined : "invalid");
  });
}
