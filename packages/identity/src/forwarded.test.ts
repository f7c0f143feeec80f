import assert from "node:assert/strict";
import { test } from "node:test";
import type { Identity } from "./claims.ts";
import { forwardedOf } from "./forwarded.ts";
import { IdentityRequiredError } from "./require-identity.ts";

const IDENTITY = {
  userId: "42",
  audience: "web-bff",
  requestId: "req-1",
  issuedAtS: 1,
  expiresAtS: 2,
};

test("takes the user and the request's id from the identity, and the token as it came", () => {
  const forwarded = forwardedOf(IDENTITY, ["TXN-Token", "a.b.c", "X-User-Id", "43", "X-Request-Id", "other"]);
  assert.deepEqual(forwarded, { userId: "42", requestId: "req-1", txnToken: "a.b.c", authority: undefined });
  assert.equal(forwardedOf(IDENTITY, []).txnToken, undefined);
});

test("refuses a token that came twice, or cannot be sent on", () => {
  const refused = [
    ["Txn-Token", "a.b.c", "txn-token", "a.b.c"],
    ["Txn-Token", ""],
    ["Txn-Token", "a b"],
    ["Txn-Token", "é"],
  ];
  for (const rawHeaders of [...refused, ["Txn-Token", "x".repeat(8193)]]) {
    assert.throws(() => forwardedOf(IDENTITY, rawHeaders), IdentityRequiredError);
  }
});

test("keeps callers with different rights apart, and those with the same together", () => {
  const authority = (rights: Partial<Identity>) => forwardedOf({ ...IDENTITY, ...rights }, []).authority;
  const all = [
    {},
    { apiKeyId: "k1" },
    { apiKeyId: "k2" },
    { scope: "orders" },
    { apiKeyId: "k1", scope: "orders" },
    { claims: { tenant: "a" } },
    { claims: { tenant: "b" } },
  ].map(authority);
  assert.equal(new Set(all).size, all.length);
  assert.equal(authority({ apiKeyId: "k1" }), authority({ apiKeyId: "k1" }));
});
