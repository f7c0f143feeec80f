import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { request } from "undici";
import { API_KEY, runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import { LONGEST_LIFE_S, RevocationList } from "./revocations.ts";

async function revoke(gateway: GatewayUnderTest, revocation: unknown): Promise<number> {
  const { statusCode, body } = await request(`http://127.0.0.1:${gateway.adminPort}/revocations`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(revocation),
  });
  await body.dump();
  return statusCode;
}

const statusOf = async (gateway: GatewayUnderTest, headers: Record<string, string>): Promise<number> =>
  (await gateway.send("/web/home-page", { headers })).status;

describe("a revocation", () => {
  it("of a token ends that token and no other of its user", async () => {
    await using gateway = await runGateway();
    const [one, other] = [await gateway.bearer({ jti: "one" }), await gateway.bearer({ jti: "other" })];
    assert.equal(await statusOf(gateway, one), 200);
    assert.equal(await revoke(gateway, { kind: "token", id: "one" }), 204);
    const answer = await gateway.send("/web/home-page", { headers: one });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers["server-timing"], 'gateway;desc="revocation"');
    assert.equal(JSON.parse(answer.text).detail, "This request carries no valid identity.");
    assert.equal(await statusOf(gateway, other), 200);
    assert.equal(gateway.target.requests.length, 2);
  });

  it("of a user ends all tokens and sessions until now, and none of later", async () => {
    await using gateway = await runGateway();
    const [token, session] = [await gateway.bearer(), await gateway.session()];
    assert.equal(await statusOf(gateway, session), 200);
    await revoke(gateway, { kind: "user", id: "42" });
    assert.deepEqual([await statusOf(gateway, token), await statusOf(gateway, session)], [401, 401]);
    assert.equal(await statusOf(gateway, await gateway.session("43")), 200);
    gateway.clock.advance(1_000);
    assert.equal(await statusOf(gateway, await gateway.bearer()), 200);
    assert.equal(await statusOf(gateway, await gateway.session()), 200);
  });

  it("of an API key ends the key, also beside a token", async () => {
    await using gateway = await runGateway();
    const ask = async (headers: Record<string, string>) =>
      (await gateway.send("/api/v2/recommendations", { headers })).status;
    const withToken = { "X-API-Key": API_KEY, ...(await gateway.bearer()) };
    assert.equal(await ask({ "X-API-Key": API_KEY }), 200);
    await revoke(gateway, { kind: "api-key", id: "acme" });
    assert.deepEqual([await ask({ "X-API-Key": API_KEY }), await ask(withToken)], [401, 401]);
    assert.equal(await ask(await gateway.bearer()), 200);
  });

  for (const wrong of [
    {},
    [],
    { kind: "token" },
    { kind: "token", id: "" },
    { kind: "token", id: "a b" },
    { kind: "everybody", id: "1" },
    { kind: "token", id: 1 },
  ]) {
    it(`that is ${JSON.stringify(wrong)} is refused with what was expected`, async () => {
      await using gateway = await runGateway();
      assert.equal(await revoke(gateway, wrong), 400);
    });
  }

  it("cannot be made on the public port", async () => {
    await using gateway = await runGateway();
    const answer = await gateway.send("/revocations", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"kind":"token","id":"x"}',
    });
    assert.equal(answer.status, 404);
  });
});

describe("the list of revocations", () => {
  it("forgets tokens and users once nothing of theirs can be alive, and API keys never", () => {
    let nowS = 1_000;
    const list = new RevocationList({ wallNow: () => nowS * 1000 });
    list.add({ kind: "token", id: "old" });
    list.add({ kind: "user", id: "1", untilS: nowS });
    list.add({ kind: "api-key", id: "acme" });
    nowS += LONGEST_LIFE_S + 1;
    list.add({ kind: "token", id: "new" });
    assert.deepEqual(list.size, { tokens: 1, users: 0, apiKeys: 1 });
  });

  it("keeps the later of two revocations of a user", () => {
    const list = new RevocationList({ wallNow: () => 1_000_000 });
    list.add({ kind: "user", id: "1", untilS: 900 });
    list.add({ kind: "user", id: "1", untilS: 800 });
    const caller = { kind: "bearer", userId: "1", tokenId: "t" } as const;
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 900 }), "user");
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 901 }), undefined);
  });
});
