import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { SignJWT } from "jose";
import { createMinter, createVerifier, isIdentityError } from "./index.ts";
import type { IdentityKey } from "./index.ts";
import {
  CLAIMS,
  clock,
  current,
  GOOD,
  HEADER,
  HEADER_SEGMENT,
  next,
  NOW_S,
  previous,
  sign,
  verifier,
  withClaims,
} from "./testing/forgery.ts";

type SignedClaims = typeof CLAIMS & { readonly cid?: string; readonly scope?: string };

describe("verify", () => {
  const accepted: [name: string, changes: Record<string, unknown>][] = [
    ["a plain token", {}],
    ["an API key's id and a scope", { cid: "key-7", scope: "orders:read orders:write" }],
    ["an iat ahead by the skew", { iat: NOW_S + 5, exp: NOW_S + 65 }],
    ["an exp passed by less than the skew", { iat: NOW_S - 64, exp: NOW_S - 4 }],
    ["an nbf ahead by the skew", { nbf: NOW_S + 5 }],
    ["a sub of 64 and a jti of 128 characters", { sub: "a".repeat(64), jti: "~".repeat(128) }],
    ["claims that are not known", { tenant: "t1" }],
  ];
  for (const [name, changes] of accepted) {
    it(`accepts ${name}`, () => {
      const outcome = verifier.verify(withClaims(changes));
      const { sub, aud, jti, iat, exp, cid, scope }: SignedClaims = { ...CLAIMS, ...changes };
      const expected = { userId: sub, audience: aud, requestId: jti, issuedAtS: iat, expiresAtS: exp };
      const apiKey = cid === undefined ? {} : { apiKeyId: cid, scope };
      assert.deepEqual(outcome, { ok: true, identity: { ...expected, ...apiKey } });
    });
  }

  it("accepts what jose signs with the header in the wire's order, under each key of the ring", async () => {
    for (const { kid, secret } of [current, next, previous]) {
      const token = await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg: "HS256", kid, typ: "gw-id+jwt" })
        .sign(secret);
      const outcome = verifier.verify(token);
      assert.ok(outcome.ok);
      assert.equal(outcome.identity.userId, "42");
    }
  });

  it("refuses a token whose key has left the ring", () => {
    const rotated = createVerifier({ keys: [next, current], audience: "web-bff", clock });
    const token = sign({ ...HEADER, kid: "previous" }, CLAIMS, { secret: previous.secret });
    assert.equal(verifier.verify(token).ok, true);
    assert.deepEqual(rotated.verify(token), { ok: false, reason: "unknown-header" });
  });

  it("refuses a token as soon as the clock passes exp and the skew", () => {
    let nowMs = NOW_S * 1000;
    const ticking = createVerifier({ keys: [current], audience: "web-bff", clock: { wallNow: () => nowMs } });
    nowMs = (NOW_S + 65) * 1000 - 1;
    assert.equal(ticking.verify(GOOD).ok, true);
    nowMs += 1;
    assert.deepEqual(ticking.verify(GOOD), { ok: false, reason: "expired" });
  });

  it("refuses every token with one bit turned, in every segment", () => {
    const bytes = Buffer.from(GOOD);
    for (let index = 0; index < bytes.length * 8; index += 1) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(index >> 3) ^ (1 << (index & 7)), index >> 3);
      assert.equal(verifier.verify(damaged.toString("latin1")).ok, false, `bit ${index}`);
    }
  });

  it("refuses every prefix of a token", () => {
    for (let length = 0; length < GOOD.length; length += 1) {
      assert.equal(verifier.verify(GOOD.slice(0, length)).ok, false, `${length} characters`);
    }
  });

  it("never throws and never accepts, whatever the header holds", () => {
    const segment = fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), fc.constant(HEADER_SEGMENT));
    const token = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6000 }),
      fc.array(segment, { maxLength: 5 }).map((segments) => segments.join(".")),
    );
    fc.assert(fc.property(token, (text) => !verifier.verify(text).ok));
  });

  it("never throws on a signed payload, and accepts only our issuer and audience", () => {
    const claims = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.record(
        {
          iss: fc.constant("gateway"),
          aud: fc.jsonValue(),
          sub: fc.jsonValue(),
          iat: fc.double(),
          exp: fc.double(),
          jti: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(claims, (payload) => {
        const outcome = verifier.verify(sign(HEADER, payload));
        return !outcome.ok || outcome.identity.audience === "web-bff";
      }),
    );
  });
});

describe("createVerifier", () => {
  const cases: [name: string, keys: readonly IdentityKey[], message: RegExp][] = [
    ["an empty ring", [], /at least one key/],
    [
      "a secret of 31 bytes",
      [{ kid: "short", secret: Buffer.alloc(31) }],
      /"short".*at least 32 bytes.*has 31/,
    ],
    ["two keys with one kid", [current, { ...next, kid: "current" }], /Two keys have the kid "current"/],
    ["a kid that JSON would escape", [{ ...current, kid: 'a"b' }], /must match/],
    ["an empty kid", [{ ...current, kid: "" }], /must match/],
  ];
  for (const [name, keys, message] of cases) {
    it(`throws on ${name}`, () => {
      assert.throws(
        () => createVerifier({ keys, audience: "web-bff", clock }),
        (error) => {
          assert.ok(isIdentityError(error));
          assert.equal(error.code, "bad-key");
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("reads tokens of its minter", () => {
    const minter = createMinter({ ...current, clock });
    assert.equal(
      verifier.verify(minter.mint({ userId: "42", audience: "web-bff", requestId: "r" })).ok,
      true,
    );
    assert.equal(
      verifier.verify(minter.mint({ userId: "42", audience: "mobile-bff", requestId: "r" })).ok,
      false,
    );
  });
});
