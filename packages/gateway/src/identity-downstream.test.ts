import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTxnVerifier, createVerifier, singleHeader } from "@triptych/identity";
import { request } from "undici";
import { cohortOf } from "./policies/sign-identity.ts";
import { API_KEY, IDENTITY_KEYS, runGateway } from "./testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "./testing/gateway-under-test.ts";
import { sampleTable } from "./testing/sample-table.ts";

/** What the BFF and its services make of what the gateway told them. */
function verified(gateway: GatewayUnderTest, bff: string) {
  const { rawHeaders } = gateway.target.only;
  const { clock } = gateway;
  const key = IDENTITY_KEYS[bff];
  assert.ok(key);
  const identity = createVerifier({ keys: [key], audience: bff, clock }).verify(
    singleHeader(rawHeaders, "x-identity"),
  );
  const txn = createTxnVerifier({
    keys: [gateway.txnKey],
    issuer: "gateway",
    audience: "triptych",
    clock,
  }).verify(singleHeader(rawHeaders, "txn-token"));
  assert.ok(txn.ok);
  return { identity, transaction: txn.transaction };
}

const PERSISTED = '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}';

describe("behind the gateway", () => {
  it("a BFF gets an assertion under its own key and the Txn-Token, both of the bearer's user", async () => {
    await using gateway = await runGateway();
    const answer = await gateway.send("/web/home-page", { headers: await gateway.bearer({ scope: "a b" }) });
    const { identity, transaction } = verified(gateway, "web-bff");
    assert.ok(identity.ok);
    const { userId, requestId, scope, apiKeyId, expiresAtS, issuedAtS } = identity.identity;
    assert.deepEqual(
      { userId, scope, apiKeyId, life: expiresAtS - issuedAtS },
      { userId: "42", scope: "a b", apiKeyId: undefined, life: 60 },
    );
    assert.equal(requestId, answer.headers["x-request-id"]);
    assert.equal(gateway.target.only.headers["x-request-id"], requestId);
    assert.deepEqual(
      [transaction.userId, transaction.requestId, transaction.scope],
      ["42", requestId, "a b"],
    );
  });

  for (const userId of [
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "jane.doe@example.com",
    "/../%2e;",
    "~".repeat(255),
  ]) {
    it(`the user ${userId.slice(0, 40)} is the same for the BFF, its services and a revocation`, async () => {
      await using gateway = await runGateway();
      const headers = await gateway.bearer({ sub: userId, jti: "onrtac:1f2e" });
      await gateway.send("/web/home-page", { headers });
      const { identity, transaction } = verified(gateway, "web-bff");
      assert.deepEqual([identity.ok && identity.identity.userId, transaction.userId], [userId, userId]);
      await gateway.send("/api/v2/recommendations", { headers });
      assert.equal(gateway.target.requests.at(-1)?.headers["x-user-id"], userId);
      const revoked = await request(`http://127.0.0.1:${gateway.adminPort}/revocations`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ kind: "user", id: userId }),
      });
      assert.equal(revoked.statusCode, 204);
      assert.equal((await gateway.send("/web/home-page", { headers })).status, 401);
    });
  }

  it("a BFF gets the cohort of its user, whatever the client says of it", async () => {
    await using gateway = await runGateway();
    const headers = { ...(await gateway.bearer()), "X-Cohort": "1000", "x.cohort": "1000" };
    await gateway.send("/web/home-page", { headers });
    const cohort = singleHeader(gateway.target.only.rawHeaders, "x-cohort");
    assert.deepEqual(cohort, String(cohortOf("42", "web-bff")));
    assert.equal(gateway.target.only.headers["x.cohort"], undefined);
  });

  it("a BFF's assertion does not open another BFF", async () => {
    await using gateway = await runGateway();
    await gateway.send("/web/home-page", { headers: await gateway.bearer() });
    assert.equal(verified(gateway, "partner-bff").identity.ok, false);
  });

  it("an API key acts for its partner's account, with the key's id", async () => {
    await using gateway = await runGateway();
    const headers = { "X-API-Key": API_KEY, "Content-Type": "application/json" };
    const answer = await gateway.send("/partner/graphql", { method: "POST", headers, body: PERSISTED });
    assert.equal(answer.status, 200);
    const { identity } = verified(gateway, "partner-bff");
    assert.ok(identity.ok);
    assert.deepEqual([identity.identity.userId, identity.identity.apiKeyId], ["7", "acme"]);
  });

  it("an API key with a user's token acts for the user, with the key's id", async () => {
    await using gateway = await runGateway();
    const headers = { ...(await gateway.bearer()), "X-API-Key": API_KEY, "Content-Type": "application/json" };
    await gateway.send("/partner/graphql", { method: "POST", headers, body: PERSISTED });
    const { identity } = verified(gateway, "partner-bff");
    assert.ok(identity.ok);
    assert.deepEqual([identity.identity.userId, identity.identity.apiKeyId], ["42", "acme"]);
  });

  it("a session acts for its user", async () => {
    await using gateway = await runGateway();
    await gateway.send("/web/home-page", { headers: await gateway.session({ user: { userId: "9" } }) });
    const { identity } = verified(gateway, "web-bff");
    assert.ok(identity.ok);
    assert.equal(identity.identity.userId, "9");
  });

  it("a service gets X-User-Id and the Txn-Token that says the same", async () => {
    await using gateway = await runGateway();
    await gateway.send("/api/v2/recommendations", { headers: await gateway.bearer() });
    const { transaction } = verified(gateway, "web-bff");
    const { headers, url } = gateway.target.only;
    assert.equal(headers["x-user-id"], "42");
    assert.equal(transaction.userId, "42");
    assert.equal(headers["x-identity"], undefined);
    assert.equal(url, "/recs/v2");
  });

  it("nothing that the outside said about who, which request or which trace is left, in any spelling", async () => {
    await using gateway = await runGateway();
    const answer = await gateway.send("/web/home-page", {
      headers: {
        ...(await gateway.bearer()),
        "X-Identity": "forged",
        "x-IDENTITY": "forged",
        X_Identity: "forged",
        "X.Identity": "forged",
        "TXN-TOKEN": "forged",
        txn_token: "forged",
        "X-User-Id": "forged",
        "x-user-id": "forged",
        X_USER_ID: "forged",
        XUserId: "forged",
        "X-Request-Id": "forged",
        "X-Request-Timeout-Ms": "999999",
        traceparent: `00-${"f".repeat(32)}-${"f".repeat(16)}-01`,
        tracestate: "forged=1",
        baggage: "forged=1",
        "X-Forwarded-For": "10.9.9.9",
        "X-Forwarded-User": "forged",
        Forwarded: "for=forged",
        Cookie: "theme=dark",
        "Proxy-Authorization": "Basic Zm9yZ2Vk",
        "X-API-Key-Of-Another": "kept: it says nothing",
      },
    });
    assert.equal(answer.status, 200);
    const { rawHeaders, headers } = gateway.target.only;
    const sent = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    assert.deepEqual(sent.toSorted(), [
      "connection",
      "host",
      "traceparent",
      "txn-token",
      "x-api-key-of-another",
      "x-cohort",
      "x-identity",
      "x-request-id",
      "x-request-timeout-ms",
    ]);
    assert.ok(!JSON.stringify(rawHeaders).includes("forged"));
    assert.ok(!String(headers["traceparent"]).includes("ffff"));
    assert.notEqual(headers["x-request-timeout-ms"], "999999");
    assert.ok(verified(gateway, "web-bff").identity.ok);
  });

  it("a POST sent twice is two requests with two ids, and a BFF can tell them apart from a replay", async () => {
    await using gateway = await runGateway();
    const headers = {
      ...(await gateway.bearer()),
      "Content-Type": "application/json",
      "Idempotency-Key": "key-1234",
      "X-Request-Id": "chosen",
    };
    const options = { method: "POST", headers, body: '{"reason":"other"}' };
    await gateway.send("/web/orders/1/cancel", options);
    await gateway.send("/web/orders/1/cancel", options);
    const ids = gateway.target.requests.map(({ headers: sent }) => sent["x-request-id"]);
    assert.equal(new Set(ids).size, 2);
    assert.ok(!ids.includes("chosen"));
  });

  it("a service learns nothing of who asks on a route for anyone, whatever was sent", async () => {
    const { routes, ...rest } = sampleTable();
    const path = "/api/v2/recommendations";
    const table = {
      ...rest,
      routes: routes.map((route) =>
        route.prefix === path ? Object.assign({}, route, { callers: "anyone" }) : route,
      ),
    };
    await using gateway = await runGateway({ table });
    const { Authorization } = await gateway.bearer();
    const { Cookie } = await gateway.session();
    const sent: Record<string, string>[] = [
      {},
      { Authorization },
      { Authorization: "Bearer a.b.c" },
      { Cookie, "X-API-Key": API_KEY, "X-User-Id": "7", "Txn-Token": "a.b.c", "X-Identity": "a.b.c" },
    ];
    for (const headers of sent) {
      assert.equal((await gateway.send(path, { headers })).status, 200);
      const names = Object.keys(gateway.target.requests.at(-1)?.headers ?? {});
      for (const name of ["authorization", "cookie", "x-api-key", "x-user-id", "txn-token", "x-identity"]) {
        assert.ok(!names.includes(name), name);
      }
    }
    assert.equal((await gateway.send(path, { method: "DELETE" })).status, 405);
  });
});
