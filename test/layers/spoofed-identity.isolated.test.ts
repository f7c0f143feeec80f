import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startStack } from "@triptych/scripts/stack";
import type { Stack } from "@triptych/scripts/stack";
import { Agent, request } from "undici";

const REQUIRED = { TXN_TOKEN: "required" };

/** What somebody would send who has heard of our headers. */
const SPOOFED: readonly Record<string, string>[] = [
  { "X-User-Id": "1" },
  { "x-user-id": "1", X_User_Id: "1" },
  { "X-User-Id": "1", "X-Identity": "e30.e30.AAAA", "Txn-Token": "e30.e30.AAAA" },
];

describe("whoever only says who they are", () => {
  let stack: Stack;
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  before(async () => {
    stack = await startStack({
      ports: "free",
      roleEnv: { users: REQUIRED, orders: REQUIRED, recommendations: REQUIRED, catalog: REQUIRED },
    });
  });
  after(async () => {
    await agent.destroy();
    await stack.stop();
  });

  async function ask(
    url: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; body: string }> {
    const { statusCode, body } = await request(url, { headers, dispatcher: agent });
    return { status: statusCode, body: await body.text() };
  }

  async function token(user: string): Promise<Record<string, string>> {
    const { body } = await request(`${stack.url("identity-provider")}/development-token`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: `user=${user}`,
    });
    const answer: unknown = await body.json();
    assert.ok(typeof answer === "object" && answer !== null && "access_token" in answer);
    return { Authorization: `Bearer ${String(answer.access_token)}` };
  }

  async function callsOf(service: "users" | "orders"): Promise<number> {
    const { body } = await request(`${stack.adminUrl(service)}/calls`);
    const calls: unknown = await body.json();
    const list: unknown =
      typeof calls === "object" && calls !== null && "calls" in calls ? calls.calls : calls;
    assert.ok(Array.isArray(list), "the service tells which calls it got");
    return list.length;
  }

  const doors: [name: string, url: () => string][] = [
    ["the way in", () => `${stack.publicOrigin}/web/home-page`],
    ["the gateway", () => `${stack.url("gateway")}/web/home-page`],
    ["the web BFF", () => `${stack.url("web-bff")}/web/home-page`],
    ["the mobile BFF", () => `${stack.url("mobile-bff")}/mobile/home`],
  ];
  for (const [name, url] of doors) {
    for (const headers of SPOOFED) {
      it(`gets 401 at ${name} with ${Object.keys(headers).join(", ")}, and no service hears of it`, async () => {
        const before = await callsOf("users");
        const { status, body } = await ask(url(), headers);
        assert.equal(status, 401, body);
        assert.equal(JSON.parse(body).detail, "This request carries no valid identity.");
        assert.equal(await callsOf("users"), before);
      });
    }
  }

  for (const headers of SPOOFED) {
    it(`gets 401 straight at a service with ${Object.keys(headers).join(", ")}`, async () => {
      assert.equal((await ask(`${stack.url("users")}/users/me`, headers)).status, 401);
    });
  }

  it("is themselves for everybody, when they say another name beside a right token", async () => {
    const headers = { ...(await token("42")), "X-User-Id": "1", "X-Identity": "a.b.c", "Txn-Token": "a.b.c" };
    const { status, body } = await ask(`${stack.publicOrigin}/api/v1/users/me`, headers);
    assert.equal(status, 200, body);
    assert.equal(JSON.parse(body).id, "42");
  });

  it("reaches all four services through all layers with a right token, each of which checked the gateway's word", async () => {
    const { status, body } = await ask(`${stack.publicOrigin}/web/home-page`, {
      ...(await token("42")),
      Accept: "application/json",
    });
    assert.equal(status, 200, body);
    assert.deepEqual(JSON.parse(body).degraded, []);
  });
});
