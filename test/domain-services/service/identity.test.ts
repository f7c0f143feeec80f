import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import type { JWTPayload } from "jose";
import { catalogService } from "../catalog/main.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { ServiceUnderTest } from "../testing/service-under-test.ts";
import { usersService } from "../users/main.ts";

const NOW_MS = Date.UTC(2026, 10, 21);
const NOW = NOW_MS / 1_000;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a service that requires a Txn-Token", () => {
  let users: ServiceUnderTest;
  let catalog: ServiceUnderTest;
  let ours: CryptoKey;
  let theirs: CryptoKey;
  before(async () => {
    const pair = await generateKeyPair("EdDSA");
    ours = pair.privateKey;
    theirs = (await generateKeyPair("EdDSA")).privateKey;
    const key = { ...(await exportJWK(pair.publicKey)), kid: "gateway-1" };
    const options = { clock: { now: () => NOW_MS }, settings: { txnTokenKeys: { keys: [key] } } };
    users = await startUnderTest(usersService, options);
    catalog = await startUnderTest(catalogService, options);
  });
  after(async () => {
    await users.stop();
    await catalog.stop();
  });

  const claims = {
    iss: "gateway",
    aud: "triptych",
    iat: NOW - 1,
    exp: NOW + 60,
    txn: "t-1",
    sub: "12",
    scope: "shop",
  };
  const mint = (payload: JWTPayload = claims, header: object = {}, key: CryptoKey = ours): Promise<string> =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: "EdDSA", kid: "gateway-1", typ: "txntoken+jwt", ...header })
      .sign(key);
  const me = async (headers: string[]): Promise<number> =>
    (await users.call("", "/users/me", { headers })).status;

  it("answers the token's user", async () => {
    const answer = await users.call("12", "/users/me", { headers: { "txn-token": await mint() } });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /^\{"id":"12"/);
  });

  it("looks for a user as the identity provider names them", async () => {
    const sub = "auth0|5f7c.8ec7@acme";
    assert.equal(await me(["x-user-id", sub, "txn-token", await mint({ ...claims, sub })]), 404);
  });

  it("answers the catalog only to holders of a token", async () => {
    const headers = { "txn-token": await mint() };
    assert.equal((await catalog.call("12", "/products?ids=prd_0001", { headers })).status, 200);
    assert.equal((await catalog.call("", "/products?ids=prd_0001", { headers })).status, 401);
    assert.equal((await catalog.call("12", "/products?ids=prd_0001")).status, 401);
    assert.equal((await catalog.call("12", "/no-such-path")).status, 401);
  });

  it("answers a visitor, who has neither token nor X-User-Id, what belongs to no user", async () => {
    assert.equal((await catalog.call("", "/products?ids=prd_0001")).status, 200);
    assert.equal((await users.call("", "/users/me")).status, 401);
  });

  it("answers the admin port without one", async () => {
    assert.equal((await users.admin("GET", "/healthz")).status, 200);
  });

  const { sub: _sub, ...withoutSubject } = claims;
  const { exp: _exp, ...withoutExpiry } = claims;
  const refusals: Record<string, () => Promise<string[]> | string[]> = {
    "no token": () => ["x-user-id", "12"],
    "no X-User-Id": async () => ["txn-token", await mint()],
    "another user's X-User-Id": async () => ["x-user-id", "13", "txn-token", await mint()],
    "a doubled X-User-Id": async () => ["x-user-id", "12", "x-user-id", "12", "txn-token", await mint()],
    "a doubled token": async () => ["x-user-id", "12", "txn-token", await mint(), "txn-token", await mint()],
    "an expired token": async () => ["x-user-id", "12", "txn-token", await mint({ ...claims, exp: NOW - 1 })],
    "a token without an expiry": async () => ["x-user-id", "12", "txn-token", await mint(withoutExpiry)],
    "a token without a subject": async () => ["x-user-id", "12", "txn-token", await mint(withoutSubject)],
    "a token of another type": async () => [
      "x-user-id",
      "12",
      "txn-token",
      await mint(claims, { typ: "at+jwt" }),
    ],
    "a token of another key": async () => ["x-user-id", "12", "txn-token", await mint(claims, {}, theirs)],
    "a damaged token": async () => ["x-user-id", "12", "txn-token", (await mint()).replace(/\.(.)/, ".x$1")],
    "no token at all in the header": () => ["x-user-id", "12", "txn-token", ""],
    "an unsigned token": () => {
      return [
        "x-user-id",
        "12",
        "txn-token",
        `${part({ alg: "none", typ: "txntoken+jwt" })}.${part(claims)}.`,
      ];
    },
  };
  for (const [what, headers] of Object.entries(refusals)) {
    it(`refuses ${what} with 401`, async () => {
      assert.equal(await me(await headers()), 401);
    });
  }
});
