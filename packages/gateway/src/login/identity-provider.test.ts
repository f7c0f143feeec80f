import assert from "node:assert/strict";
import { it } from "node:test";
import { FakeClock, RecordingUpstream } from "@triptych/testing";
import { FORMS } from "../issuers/profile.ts";
import { createIdentityProvider } from "./identity-provider.ts";

/** A provider whose metadata has these members besides the usual ones. */
async function providerWith(more: Record<string, string>) {
  const upstream = new RecordingUpstream();
  const issuer = await upstream.listen();
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    ...more,
  };
  upstream.answer = (req, res) => {
    res.setHeader("Content-Type", "application/json");
    if (req.url === "/token") res.writeHead(400).end('{"error":"invalid_grant"}');
    else res.end(JSON.stringify(metadata));
  };
  const provider = createIdentityProvider({
    profile: { ...FORMS.rfc9068, issuer, prefix: "" },
    others: [],
    clientId: "acme-web_1.~",
    clientSecret: "a/b-c",
    publicOrigin: "https://shop.example",
    clock: new FakeClock(),
  });
  return Object.assign(upstream, { provider });
}

it("knows where a browser logs out at the provider, and that this leads back", async () => {
  await using offering = await providerWith({ end_session_endpoint: "https://login.example/logout?ui=1" });
  const url = await offering.provider.logoutAddress();
  assert.equal(url?.origin, "https://login.example");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    ui: "1",
    client_id: "acme-web_1.~",
    post_logout_redirect_uri: "https://shop.example/auth/logged-out",
    state: "everywhere",
  });
});

it("knows no such place where the provider names none", async () => {
  await using without = await providerWith({});
  assert.equal(await without.provider.logoutAddress(), undefined);
});

it("shows its id as it is written, since not every provider decodes it", async () => {
  await using offering = await providerWith({});
  const renewed = await offering.provider.renew({ userId: "42" }, { refreshToken: "r", renewAtS: 0 });
  assert.equal(renewed, "ended");
  const [, basic = ""] = offering.requests.at(-1)?.headers.authorization?.split(" ") ?? [];
  assert.equal(Buffer.from(basic, "base64").toString(), "acme-web_1.~:a%2Fb-c");
});
