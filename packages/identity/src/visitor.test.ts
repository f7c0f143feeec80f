import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, it } from "node:test";
import { decodeJwt } from "jose";
import { createMinter, forwardedOf, IdentityError, identityGate, IdentityRequiredError } from "./index.ts";
import { clock, current, NOW_S, verifier, withClaims } from "./testing/forgery.ts";

const minter = createMinter({ ...current, clock });
const VISITOR = minter.mint({ userId: undefined, audience: "web-bff", requestId: "req-1" });

describe("the identity of a visitor", () => {
  it("says that nobody is logged in, and has no subject", () => {
    const times = { iat: NOW_S, exp: NOW_S + 60 };
    assert.deepEqual(decodeJwt(VISITOR), {
      iss: "gateway",
      aud: "web-bff",
      anonymous: true,
      ...times,
      jti: "req-1",
    });
    const verified = verifier.verify(VISITOR);
    assert.ok(verified.ok);
    assert.equal(verified.identity.userId, undefined);
    assert.equal(verified.identity.requestId, "req-1");
  });

  const refused: readonly (readonly [why: string, claims: Record<string, unknown>, reason: string])[] = [
    ["neither a subject nor the claim", { sub: undefined }, "bad-subject"],
    ["a subject and the claim", { anonymous: true }, "bad-subject"],
    ["a subject and a false claim", { anonymous: false }, "bad-subject"],
    ["a false claim", { sub: undefined, anonymous: false }, "bad-subject"],
    ["a claim in words", { sub: undefined, anonymous: "true" }, "bad-subject"],
    ["an empty subject", { sub: "", anonymous: true }, "bad-subject"],
    ["no subject but null", { sub: null, anonymous: true }, "bad-subject"],
    ["an API key", { sub: undefined, anonymous: true, cid: "key-7" }, "malformed-claims"],
    ["a scope", { sub: undefined, anonymous: true, scope: "orders:read" }, "malformed-claims"],
  ];
  for (const [why, claims, reason] of refused) {
    it(`is refused with ${why}`, () => {
      assert.deepEqual(verifier.verify(withClaims(claims)), { ok: false, reason });
    });
  }

  it("is not minted with rights that nobody could have", () => {
    const about = { userId: undefined, audience: "web-bff", requestId: "req-1" };
    for (const more of [{ scope: "a" }, { apiKeyId: "key-7" }])
      assert.throws(() => minter.mint({ ...about, ...more }), IdentityError);
  });

  it("is nothing that services get: no user, and no Txn-Token even if one came", () => {
    const verified = verifier.verify(VISITOR);
    assert.ok(verified.ok);
    assert.deepEqual(forwardedOf(verified.identity, ["Txn-Token", "a.b.c"]), {
      userId: undefined,
      requestId: "req-1",
      txnToken: undefined,
      authority: undefined,
    });
  });

  it("passes a gate that admits visitors, and no other", () => {
    for (const admitsVisitors of [true, false, undefined]) {
      const refusals: string[] = [];
      const gate = identityGate({
        verifier,
        onVerified: () => {},
        onRefusal: (_res, reason) => refusals.push(reason),
        ...(admitsVisitors === undefined ? {} : { admitsVisitors }),
      });
      const req = new IncomingMessage(new Socket());
      req.method = "GET";
      req.rawHeaders = ["X-Identity", VISITOR];
      const res = new ServerResponse(req);
      assert.equal(gate.admits(req, res), undefined, "the short way is for users");
      let error: unknown = "not called";
      gate.check(req, res, (thrown) => (error = thrown));
      assert.equal(error instanceof IdentityRequiredError, admitsVisitors !== true);
      assert.deepEqual(refusals, admitsVisitors === true ? [] : ["anonymous"]);
    }
  });
});
