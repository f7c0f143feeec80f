import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { jwtVerify } from "jose";
import { createMinter, createVerifier, isIdentityError } from "./index.ts";
import type { Assertion } from "./index.ts";

const NOW_S = 1_800_000_000;
const clock = { wallNow: () => NOW_S * 1000 + 999 };
const key = { kid: "k-1", secret: Buffer.alloc(32, 7) };
const minter = createMinter({ ...key, clock });

describe("mint", () => {
  it("writes the protected header exactly as the wire says", () => {
    const [header = ""] = minter.mint({ userId: "42", audience: "web-bff", requestId: "r-1" }).split(".");
    assert.equal(
      Buffer.from(header, "base64url").toString(),
      '{"alg":"HS256","kid":"k-1","typ":"gw-id+jwt"}',
    );
  });

  it("is read by jose, with the claims that were asked for", async () => {
    const token = minter.mint({
      userId: "42",
      audience: "web-bff",
      requestId: "r-1",
      apiKeyId: "key-7",
      scope: "a b",
      claims: { tenant: "acme", roles: ["buyer"] },
      lifetimeSeconds: 30,
    });
    const { payload } = await jwtVerify(token, key.secret, {
      algorithms: ["HS256"],
      issuer: "gateway",
      audience: "web-bff",
      typ: "gw-id+jwt",
      currentDate: new Date(clock.wallNow()),
    });
    assert.deepEqual(payload, {
      iss: "gateway",
      aud: "web-bff",
      sub: "42",
      iat: NOW_S,
      exp: NOW_S + 30,
      jti: "r-1",
      cid: "key-7",
      scope: "a b",
      claims: { tenant: "acme", roles: ["buyer"] },
    });
  });

  it("lives 60 s by default and leaves out the claims that were not given", async () => {
    const token = minter.mint({ userId: "42", audience: "web-bff", requestId: "r-1" });
    const { payload } = await jwtVerify(token, key.secret, { currentDate: new Date(clock.wallNow()) });
    assert.deepEqual(Object.keys(payload), ["iss", "aud", "sub", "iat", "exp", "jti"]);
    assert.equal(payload.exp, NOW_S + 60);
  });

  it("reads the clock for each token", () => {
    let nowMs = 1_000_000;
    const ticking = createMinter({ ...key, clock: { wallNow: () => nowMs } });
    const verifier = createVerifier({ keys: [key], audience: "web-bff", clock: { wallNow: () => nowMs } });
    nowMs += 3_600_000;
    const outcome = verifier.verify(ticking.mint({ userId: "42", audience: "web-bff", requestId: "r-1" }));
    assert.ok(outcome.ok);
    assert.equal(outcome.identity.issuedAtS, 4600);
  });

  it("makes only tokens that the verifier and jose accept", async () => {
    const verifier = createVerifier({ keys: [key], audience: "web-bff", clock });
    const assertion = fc.record(
      {
        userId: fc.stringMatching(/^[\x21-\x7e]{1,255}$/),
        audience: fc.constant("web-bff"),
        requestId: fc.stringMatching(/^[A-Za-z0-9._~-]{1,128}$/),
        apiKeyId: fc.string({ unit: "binary", maxLength: 50 }),
        scope: fc.string({ unit: "grapheme", maxLength: 50 }),
        claims: fc.dictionary(
          fc.string({ maxLength: 10 }),
          fc.oneof(
            fc.string({ maxLength: 10 }),
            fc.boolean(),
            fc.double({ noNaN: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
            fc.array(fc.string({ maxLength: 10 }), { maxLength: 5 }),
          ),
          { maxKeys: 5 },
        ),
        lifetimeSeconds: fc.integer({ min: 1, max: 60 }),
      },
      { requiredKeys: ["userId", "audience", "requestId"] },
    );
    await fc.assert(
      fc.asyncProperty(assertion, async (asked) => {
        const token = minter.mint(asked);
        const outcome = verifier.verify(token);
        assert.ok(outcome.ok);
        assert.equal(outcome.identity.userId, asked.userId);
        assert.equal(JSON.stringify(outcome.identity.claims), JSON.stringify(asked.claims));
        await jwtVerify(token, key.secret, { currentDate: new Date(clock.wallNow()) });
      }),
    );
  });

  const bad: [name: string, changes: Partial<Assertion>, message: RegExp][] = [
    ["a userId with a space", { userId: "a b" }, /^userId must match/],
    ["an empty userId", { userId: "" }, /^userId must match/],
    ["a requestId with a space", { requestId: "a b" }, /^requestId must match/],
    ["an empty audience", { audience: "" }, /^audience must name the BFF/],
    ["a lifetime of 61 s", { lifetimeSeconds: 61 }, /from 1 to 60, but it is 61/],
    ["a lifetime of 0 s", { lifetimeSeconds: 0 }, /from 1 to 60, but it is 0/],
    ["a lifetime with a fraction", { lifetimeSeconds: 1.5 }, /whole number/],
    ["a token too large for a verifier", { scope: "s".repeat(4096) }, /4096 characters/],
  ];
  for (const [name, changes, message] of bad) {
    it(`throws on ${name}`, () => {
      assert.throws(
        () => minter.mint({ userId: "42", audience: "web-bff", requestId: "r-1", ...changes }),
        (error) => {
          assert.ok(isIdentityError(error));
          assert.equal(error.code, "bad-claim");
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("throws on a secret under 32 bytes, and does not tell it", () => {
    const secret = Buffer.from("correct horse battery staple");
    assert.throws(
      () => createMinter({ kid: "k", secret, clock }),
      (error) => isIdentityError(error) && error.code === "bad-key" && !error.message.includes("horse"),
    );
  });
});
