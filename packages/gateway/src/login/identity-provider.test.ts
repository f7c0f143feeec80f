import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { it } from "node:test";
import { FakeClock } from "@triptych/testing";
import { FORMS } from "../issuers/profile.ts";
import { createIdentityProvider } from "./identity-provider.ts";

/** A provider whose metadata has these members besides the usual ones. */
async function providerWith(more: Record<string, string>) {
  const asked: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    res.setHeader("Content-Type", "application/json");
    if (req.url === "/token") {
      asked.push(req.headers.authorization);
      res.writeHead(400).end('{"error":"invalid_grant"}');
      return;
    }
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
    res.end(JSON.stringify({ ...metadata, ...more }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const provider = createIdentityProvider({
    profile: { ...FORMS.rfc9068, issuer, prefix: "" },
    others: [],
    clientId: "acme-web_1.~",
    clientSecret: "a/b-c",
    publicOrigin: "https://shop.example",
    clock: new FakeClock(),
  });
  return {
    provider,
    asked,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

it("knows where a browser logs out at the provider, and that this leads back", async () => {
  using offering = await providerWith({ end_session_endpoint: "https://login.example/logout?ui=1" });
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
  using without = await providerWith({});
  assert.equal(await without.provider.logoutAddress(), undefined);
});

it("shows its id as it is written, since not every provider decodes it", async () => {
  using offering = await providerWith({});
  const renewed = await offering.provider.renew({ userId: "42" }, { refreshToken: "r", renewAtS: 0 });
  assert.equal(renewed, "ended");
  const [, basic = ""] = offering.asked[0]?.split(" ") ?? [];
  assert.equal(Buffer.from(basic, "base64").toString(), "acme-web_1.~:a%2Fb-c");
});
