import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign as edSign } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { importJWK, jwtVerify, SignJWT } from "jose";
import { createTxnMinter, createTxnVerifier, DOUBLED_HEADER, isIdentityError, publicHalf } from "./index.ts";
import type { TxnKey } from "./index.ts";

const NOW_S = 1_800_000_000;
const clock = { wallNow: () => NOW_S * 1000 + 999 };

function newKey(kid: string): Required<TxnKey> {
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { kty: "OKP", crv: "Ed25519", kid, x, d };
}

const [previous, current, next] = [newKey("previous"), newKey("current"), newKey("next")];
const domain = { issuer: "gateway", audience: "triptych", clock };
const minter = createTxnMinter({ key: current, ...domain });
const verifier = createTxnVerifier({ keys: [previous, current, next].map(publicHalf), ...domain });
const GOOD = minter.mint({ userId: "42", requestId: "r-1", scope: "orders:read" });
const [HEADER = "", PAYLOAD = "", SIGNATURE = ""] = GOOD.split(".");

const CLAIMS = {
  iss: "gateway",
  aud: "triptych",
  iat: NOW_S,
  exp: NOW_S + 60,
  txn: "r-1",
  sub: "42",
  scope: "",
};

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs any header and payload, right or wrong. */
async function forge(header: object, claims: object, key: Required<TxnKey> = current): Promise<string> {
  const input = `${encode(header)}.${encode(claims)}`;
  const privateKey = await importJWK({ ...key }, "EdDSA");
  assert.ok("type" in privateKey && privateKey.type === "private");
  return `${input}.${Buffer.from(await crypto.subtle.sign("Ed25519", privateKey, Buffer.from(input))).toString("base64url")}`;
}

const header = { alg: "EdDSA", kid: "current", typ: "txntoken+jwt" };

const withClaims = (changes: object) => forge(header, { ...CLAIMS, ...changes });
const hmac = () => {
  const input = `${encode({ alg: "HS256", kid: "current", typ: "txntoken+jwt" })}.${PAYLOAD}`;
  return `${input}.${createHmac("sha256", Buffer.from(current.x, "base64url")).update(input).digest("base64url")}`;
};

describe("a transaction token", () => {
  it("is read by jose, with exactly the claims of the design", async () => {
    const { payload, protectedHeader } = await jwtVerify(
      GOOD,
      await importJWK({ ...publicHalf(current) }, "EdDSA"),
      {
        algorithms: ["EdDSA"],
        typ: "txntoken+jwt",
        currentDate: new Date(clock.wallNow()),
      },
    );
    assert.deepEqual(payload, { ...CLAIMS, scope: "orders:read" });
    assert.deepEqual(protectedHeader, header);
  });

  it("is verified under each key of the set, also when jose signed it", async () => {
    for (const key of [previous, current, next]) {
      const token = await new SignJWT(CLAIMS)
        .setProtectedHeader({ ...header, kid: key.kid })
        .sign(await importJWK({ ...key }, "EdDSA"));
      const outcome = verifier.verify(token);
      assert.ok(outcome.ok, key.kid);
      assert.deepEqual(outcome.transaction, {
        userId: "42",
        requestId: "r-1",
        audience: "triptych",
        scope: "",
        issuedAtS: NOW_S,
        expiresAtS: NOW_S + 60,
      });
    }
  });

  it("is refused once its key has left the set", () => {
    const rotated = createTxnVerifier({ keys: [publicHalf(next)], ...domain });
    assert.deepEqual(rotated.verify(GOOD), { ok: false, reason: "unknown-header" });
  });

  const refusals: [
    name: string,
    token: () => string | Promise<string> | typeof DOUBLED_HEADER | undefined,
    reason: string,
  ][] = [
    ["nothing", () => undefined, "missing"],
    ["a header that came twice", () => DOUBLED_HEADER, "doubled"],
    ["4,097 characters", () => "a".repeat(4097), "too-large"],
    ["two segments", () => `${HEADER}.${PAYLOAD}`, "malformed"],
    ["padding", () => `${GOOD}=`, "malformed"],
    ["white space around", () => ` ${GOOD}`, "malformed"],
    ["a signature cut by one character", () => GOOD.slice(0, -1), "malformed"],
    ["alg none", () => `${encode({ ...header, alg: "none" })}.${PAYLOAD}.${SIGNATURE}`, "unknown-header"],
    ["HS256 under the public key", hmac, "malformed"],
    ["the typ of X-Identity", () => forge({ ...header, typ: "gw-id+jwt" }, CLAIMS), "unknown-header"],
    ["typ JWT", () => forge({ ...header, typ: "JWT" }, CLAIMS), "unknown-header"],
    [
      "a key of its own in jwk",
      () => forge({ ...header, jwk: publicHalf(next) }, CLAIMS, next),
      "unknown-header",
    ],
    [
      "an address of keys in jku",
      () => forge({ ...header, jku: "https://a.example/" }, CLAIMS, next),
      "unknown-header",
    ],
    ["an unknown kid", () => forge({ ...header, kid: "mine" }, CLAIMS), "unknown-header"],
    ["another key's kid", () => forge({ ...header, kid: "next" }, CLAIMS), "bad-signature"],
    ["other claims", () => `${HEADER}.${encode({ ...CLAIMS, sub: "43" })}.${SIGNATURE}`, "bad-signature"],
    ["a signature of zeros", () => `${HEADER}.${PAYLOAD}.${"A".repeat(86)}`, "bad-signature"],
    ["another issuer", () => withClaims({ iss: "web-bff" }), "wrong-issuer"],
    ["another trust domain", () => withClaims({ aud: "other" }), "wrong-audience"],
    ["aud as an array", () => withClaims({ aud: ["triptych"] }), "wrong-audience"],
    ["no sub", () => withClaims({ sub: undefined }), "bad-subject"],
    ["a sub with a line end", () => withClaims({ sub: "42\n" }), "bad-subject"],
    ["no txn", () => withClaims({ txn: undefined }), "bad-token-id"],
    ["no scope", () => withClaims({ scope: undefined }), "malformed-claims"],
    ["a life of 61 s", () => withClaims({ exp: NOW_S + 61 }), "lifetime-too-long"],
    ["the past", () => withClaims({ iat: NOW_S - 65, exp: NOW_S - 5 }), "expired"],
    ["the future", () => withClaims({ iat: NOW_S + 6, exp: NOW_S + 60 }), "issued-in-future"],
    ["an nbf ahead", () => withClaims({ nbf: NOW_S + 6 }), "not-yet-valid"],
    ["an exp that is text", () => withClaims({ exp: "9999999999" }), "bad-times"],
  ];
  for (const [name, token, reason] of refusals) {
    it(`refuses ${name}`, async () => {
      assert.deepEqual(verifier.verify(await token()), { ok: false, reason });
    });
  }

  it("refuses every token with one bit turned", () => {
    const bytes = Buffer.from(GOOD);
    for (let index = 0; index < bytes.length; index += 1) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(index) ^ (1 << (index & 7)), index);
      assert.equal(verifier.verify(damaged.toString("latin1")).ok, false, `character ${index}`);
    }
  });

  it("never throws and never accepts, whatever comes", () => {
    const segment = fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), fc.constant(HEADER));
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 4 }), (parts) => !verifier.verify(parts.join(".")).ok),
    );
  });

  it("never throws on a signed payload", () => {
    const privateKey = { key: { ...current }, format: "jwk" } as const;
    fc.assert(
      fc.property(fc.json(), (payload) => {
        const input = `${HEADER}.${Buffer.from(payload).toString("base64url")}`;
        const token = `${input}.${edSign(null, Buffer.from(input), privateKey).toString("base64url")}`;
        return !verifier.verify(token).ok;
      }),
    );
  });
});

describe("transaction keys", () => {
  const cases: [name: string, make: () => unknown, message: RegExp][] = [
    ["minting with a public key", () => createTxnMinter({ key: publicHalf(current), ...domain }), /no "d"/],
    [
      "a d that is not x's",
      () => createTxnMinter({ key: { ...current, d: next.d }, ...domain }),
      /belongs to another/,
    ],
    ["verifying with a private key", () => createTxnVerifier({ keys: [current], ...domain }), /is private/],
    ["an empty set", () => createTxnVerifier({ keys: [], ...domain }), /at least one key/],
    [
      "two keys with one kid",
      () => createTxnVerifier({ keys: [publicHalf(current), publicHalf(current)], ...domain }),
      /Two keys have the kid/,
    ],
    [
      "an x that is too short",
      () => createTxnVerifier({ keys: [{ ...publicHalf(current), x: "abc" }], ...domain }),
      /Ed25519 JWK/,
    ],
    [
      "a kid that JSON would escape",
      () => createTxnVerifier({ keys: [{ ...publicHalf(current), kid: 'a"b' }], ...domain }),
      /kid must match/,
    ],
    [
      "a userId that no verifier takes",
      () => minter.mint({ userId: "a b", requestId: "r" }),
      /userId must match/,
    ],
    [
      "a requestId that no verifier takes",
      () => minter.mint({ userId: "42", requestId: "a b" }),
      /requestId must match/,
    ],
    [
      "a scope that is too long",
      () => minter.mint({ userId: "42", requestId: "r", scope: "s".repeat(4096) }),
      /4096/,
    ],
  ];
  for (const [name, make, message] of cases) {
    it(`throws on ${name}`, () => {
      assert.throws(make, (error) => isIdentityError(error) && message.test(error.message));
    });
  }
});
