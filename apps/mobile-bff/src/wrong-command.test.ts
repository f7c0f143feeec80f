// sample:file: npm run new:bff leaves it out
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { Question } from "@triptych/testing";
import { IMPOSSIBLE_IDS, INVALID, assertRefused, shown } from "@triptych/testing";
import type { Refusal } from "@triptych/testing";
import { openApp } from "./testing/start-app.ts";

const UNSUPPORTED: Refusal = { code: "unsupported-media-type", status: 415 };
const TOO_LARGE: Refusal = { code: "payload-too-large", status: 413 };
const NOT_ACCEPTABLE: Refusal = { code: "not-acceptable", status: 406 };

const KEY = { "idempotency-key": "key-12345678" };
const JSON_TYPE = { "content-type": "application/json" };
const GOOD = { ...JSON_TYPE, ...KEY };
const BODY = '{"reason":"other"}';
const LARGE = JSON.stringify({ reason: "other", padding: "x".repeat(100_000) });

const BODIES: readonly (readonly [why: string, body: string | Buffer, refusal: Refusal])[] = [
  ["half a body", '{"reason":', INVALID],
  ["no body", "", INVALID],
  ["text", '"other"', INVALID],
  ["a number", "1", INVALID],
  ["null", "null", INVALID],
  ["a list", '[{"reason":"other"}]', INVALID],
  ["no reason", "{}", INVALID],
  ["an unknown reason", '{"reason":"unknown"}', INVALID],
  ["a reason of another kind", '{"reason":["other"]}', INVALID],
  ["a field too many", '{"reason":"other","refund":1}', INVALID],
  ["a reason in the prototype", '{"__proto__":{"reason":"other"}}', INVALID],
  ["bytes that are no text", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), INVALID],
  ["a body over the cap", LARGE, TOO_LARGE],
];

const HEADERS: readonly (readonly [
  why: string,
  headers: Question["headers"],
  refusal: Refusal,
  body?: string,
])[] = [
  ["no key", JSON_TYPE, INVALID],
  ["an empty key", { ...GOOD, "idempotency-key": "" }, INVALID],
  ["a short key", { ...GOOD, "idempotency-key": "1234567" }, INVALID],
  ["a long key", { ...GOOD, "idempotency-key": "k".repeat(129) }, INVALID],
  ["two keys", { ...GOOD, "idempotency-key": ["key-12345678", "key-87654321"] }, INVALID],
  ["a key with a space", { ...GOOD, "idempotency-key": "key 12345678" }, INVALID],
  ["no media type", KEY, UNSUPPORTED],
  ["plain text", { ...GOOD, "content-type": "text/plain" }, UNSUPPORTED],
  ["a form", { ...GOOD, "content-type": "application/x-www-form-urlencoded" }, UNSUPPORTED],
  ["another charset", { ...GOOD, "content-type": "application/json; charset=iso-8859-1" }, UNSUPPORTED],
  ["a charset that hides ASCII", { ...GOOD, "content-type": "application/json; charset=utf-7" }, UNSUPPORTED],
  [
    "a form of many fields",
    { ...GOOD, "content-type": "application/x-www-form-urlencoded" },
    UNSUPPORTED,
    "a=1&".repeat(40),
  ],
  ["a body that only says it is compressed", { ...GOOD, "content-encoding": "deflate" }, UNSUPPORTED],
  ["a client that takes only pages", { ...GOOD, accept: "text/html" }, NOT_ACCEPTABLE],
];

describe("a cancellation that is not as it should be is refused, and no service is asked", () => {
  // So one app will do for all.
  let app: Awaited<ReturnType<typeof openApp>>;
  before(async () => {
    app = await openApp();
  });
  after(() => app.close());

  const refused = (question: Question, refusal: Refusal, id = "ord_placed") => {
    const path = `/mobile/orders/${id}/cancel`;
    return assertRefused(app, path, { method: "POST", headers: GOOD, body: BODY, ...question }, refusal);
  };

  for (const [why, body, refusal] of BODIES) {
    it(`with ${why}`, () => refused({ body }, refusal));
  }
  for (const [why, headers = {}, refusal, body = BODY] of HEADERS) {
    it(`with ${why}`, () => refused({ headers, body }, refusal));
  }
  for (const id of IMPOSSIBLE_IDS) {
    it(`of the order ${shown(id)}`, () => refused({}, INVALID, id));
  }
  it("with a gzipped body", () =>
    refused({ headers: { ...GOOD, "content-encoding": "gzip" }, body: gzipSync(BODY) }, UNSUPPORTED));
});
