import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import { ISSUER } from "../testing/issuer.ts";
import { loginIdOf } from "./identity-provider.ts";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** A right logout token, with changes; a claim of `undefined` is left out. */
async function tokenOf(
  gateway: GatewayUnderTest,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const withoutEnd = { aud: "web", sub: "42", events: { [EVENT]: {} }, iat: gateway.nowS() };
  const right = { ...withoutEnd, exp: gateway.nowS() + 120 };
  return await gateway.issuer.token({ ...right, ...claims }, { typ: "logout+jwt", ...header });
}

async function post(gateway: GatewayUnderTest, form: Record<string, string>) {
  return await gateway.send("/auth/backchannel-logout", {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
}

const statusOf = async (gateway: GatewayUnderTest, headers: Record<string, string>) =>
  (await gateway.send("/web/home-page", { headers })).status;

describe("a logout token", () => {
  it("ends the sessions of its login, and no other", async () => {
    await using gateway = await runGateway();
    const loginId = loginIdOf(ISSUER, "sid-1");
    const [one, tab] = [await gateway.session({ loginId }), await gateway.session({ loginId })];
    const another = await gateway.session({ loginId: loginIdOf(ISSUER, "sid-2") });
    const answer = await post(gateway, { logout_token: await tokenOf(gateway, { sid: "sid-1" }) });
    assert.deepEqual([answer.status, answer.headers["cache-control"]], [200, "no-store"]);
    assert.deepEqual(
      [await statusOf(gateway, one), await statusOf(gateway, tab), await statusOf(gateway, another)],
      [401, 401, 200],
    );
  });

  it("without a login ends everything that its user had then, and nothing that came later", async () => {
    await using gateway = await runGateway();
    const [session, other] = [await gateway.session(), await gateway.session({ user: { userId: "43" } })];
    const token = await tokenOf(gateway, { exp: undefined });
    assert.equal((await post(gateway, { logout_token: token })).status, 200);
    assert.deepEqual([await statusOf(gateway, session), await statusOf(gateway, other)], [401, 200]);
    gateway.clock.advance(10_000);
    const later = await gateway.session();
    assert.equal((await post(gateway, { logout_token: token })).status, 200);
    assert.equal(await statusOf(gateway, later), 200);
  });

  const wrong: [name: string, claims: Record<string, unknown>, reason: string, header?: object][] = [
    ["for another client", { aud: "other" }, "token-aud"],
    ["of another issuer", { iss: "https://evil.example" }, "token-iss"],
    ["without its event", { events: {} }, "logout-event"],
    ["with an event that is text", { events: { [EVENT]: "x" } }, "logout-event"],
    ["with a nonce", { nonce: "n" }, "logout-nonce"],
    ["without an id", { jti: undefined }, "token-jti"],
    ["for nobody", { sub: undefined }, "logout-subject"],
    ["of six minutes ago", { iat: 1_799_999_640, exp: undefined }, "token-iat"],
    ["that has ended", { iat: 1_799_999_900, exp: 1_799_999_990 }, "token-exp"],
    ["of the type of access tokens", {}, "token-type", { typ: "at+jwt" }],
    ["under an unknown key", {}, "ERR_JWKS_NO_MATCHING_KEY", { kid: "another" }],
  ];
  for (const [name, claims, reason, header = {}] of wrong) {
    it(`${name} is refused, and ends nothing`, async () => {
      await using gateway = await runGateway();
      const session = await gateway.session();
      const token = await tokenOf(gateway, claims, { ...header });
      const answer = await post(gateway, { logout_token: token });
      assert.deepEqual([answer.status, answer.headers["www-authenticate"]], [400, undefined]);
      assert.equal((await gateway.log.only("request"))["reason"], reason);
      assert.equal(await statusOf(gateway, session), 200);
    });
  }

  it("that is missing or none is refused", async () => {
    await using gateway = await runGateway();
    for (const form of [{}, { logout_token: "" }, { logout_token: "a.b.c" }]) {
      assert.equal((await post(gateway, form)).status, 400);
    }
    const headers = await gateway.bearer();
    const [, access = ""] = headers.Authorization.split(" ");
    assert.equal((await post(gateway, { logout_token: access })).status, 400);
    assert.equal((await gateway.send("/auth/backchannel-logout")).status, 404);
  });
});
