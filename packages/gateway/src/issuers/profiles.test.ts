import assert from "node:assert/strict";
import { generateKeyPairSync, hash } from "node:crypto";
import { describe, it } from "node:test";
import { createVerifier, singleHeader } from "@triptych/identity";
import type { Clock } from "@triptych/service-kit";
import { SignJWT } from "jose";
import { createBearerVerifier } from "../credentials/bearer-token.ts";
import { KeySet } from "../login/key-set.ts";
import { IDENTITY_KEYS, runGateway } from "../testing/gateway-under-test.ts";
import { readIssuers } from "./issuers-file.ts";

/** Ten minutes after the start of the gateway, which refuses what is older than itself. */
const NOW_S = 1_800_000_600;
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const JWKS = {
  keys: [{ ...pair.publicKey.export({ format: "jwk" }), kid: "k-1", use: "sig", alg: "RS256" }],
};

type Claims = Readonly<Record<string, unknown>>;

/** A token with exactly this header and these claims. */
async function sign(header: Claims, claims: Claims): Promise<string> {
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "k-1", ...header })
    .sign(pair.privateKey);
}

/** The identity provider's access token in its documented default form, and what becomes of it. */
interface Provider {
  readonly name: string;
  /** The issuer's entry in the file, as short as it can be. */
  readonly entry: Claims;
  readonly header: Claims;
  readonly access: Claims;
  /** What differs in an ID token of the same login. */
  readonly id: Claims;
  readonly user: string;
  readonly scope: string;
  readonly claims?: Claims;
  readonly tokenId: string | undefined;
}

const KEYCLOAK = "https://login.acme.example/realms/acme";
const AUTH0 = "https://acme.eu.auth0.com/";
const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
const ENTRA = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const ENTRA_1 = `https://sts.windows.net/${TENANT}/`;
const OKTA = "https://acme.okta.com/oauth2/default";
const COGNITO = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01";
const UUID = "7f1f2a1e-3c0a-4d7e-9a55-0d6f0e6f7a10";

const PROVIDERS: readonly Provider[] = [
  {
    name: "Keycloak",
    entry: {
      issuer: KEYCLOAK,
      profile: "keycloak",
      clients: ["acme-web"],
      claims: { roles: ["realm_access", "roles"] },
    },
    header: { typ: "JWT" },
    access: {
      exp: NOW_S + 300,
      iat: NOW_S,
      auth_time: NOW_S,
      jti: "onrtac:1b1f39a5-4e3f-4a4b-9d2d-ef3c5f1a2b3c",
      iss: KEYCLOAK,
      aud: "account",
      sub: UUID,
      typ: "Bearer",
      azp: "acme-web",
      sid: "3a0c9f3e",
      acr: "1",
      "allowed-origins": ["https://shop.example"],
      realm_access: { roles: ["offline_access", "default-roles-acme"] },
      resource_access: { account: { roles: ["manage-account"] } },
      scope: "openid profile email",
      email_verified: true,
      preferred_username: "jane",
    },
    id: { typ: "ID", aud: "acme-web" },
    user: UUID,
    scope: "openid profile email",
    claims: { roles: ["offline_access", "default-roles-acme"] },
    tokenId: "onrtac:1b1f39a5-4e3f-4a4b-9d2d-ef3c5f1a2b3c",
  },
  {
    name: "Auth0",
    entry: {
      issuer: AUTH0,
      profile: "auth0",
      audience: ["https://api.acme.example"],
      claims: { roles: "https://acme.example/roles" },
    },
    header: { typ: "JWT" },
    access: {
      iss: AUTH0,
      sub: "auth0|5f7c8ec7c33c6c004bbafe82",
      aud: ["https://api.acme.example", "https://acme.eu.auth0.com/userinfo"],
      azp: "my_client_id",
      exp: NOW_S + 86_400,
      iat: NOW_S,
      scope: "openid profile read:orders",
      org_id: "org_9ybsU1dN2dKfDkBi",
      "https://acme.example/roles": ["buyer"],
    },
    id: { aud: "my_client_id" },
    user: "auth0|5f7c8ec7c33c6c004bbafe82",
    scope: "openid profile read:orders",
    claims: { tenant: "org_9ybsU1dN2dKfDkBi", roles: ["buyer"] },
    tokenId: undefined,
  },
  {
    name: "Entra ID",
    entry: { issuer: ENTRA, profile: "entra-id", audience: ["00001111-aaaa-2222-bbbb-3333cccc4444"] },
    header: { typ: "JWT" },
    access: {
      aud: "00001111-aaaa-2222-bbbb-3333cccc4444",
      iss: ENTRA,
      iat: NOW_S - 300,
      nbf: NOW_S - 300,
      exp: NOW_S + 5_100,
      aio: "AXQAi/8UAAAA",
      azp: "11112222-bbbb-3333-cccc-4444dddd5555",
      azpacr: "0",
      name: "Jane Doe",
      oid: UUID,
      preferred_username: "jane@acme.example",
      rh: "0.AX0A",
      scp: "access_as_user",
      sub: "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
      tid: TENANT,
      uti: "fqiBqXLPj0eQa82S-IYFAA",
      ver: "2.0",
    },
    id: { aud: "11112222-bbbb-3333-cccc-4444dddd5555" },
    user: UUID,
    scope: "access_as_user",
    claims: { tenant: TENANT },
    tokenId: "fqiBqXLPj0eQa82S-IYFAA",
  },
  {
    name: "Entra ID, version 1",
    entry: { issuer: ENTRA_1, profile: "entra-id", audience: ["api://acme"], clients: ["web"] },
    header: { typ: "JWT", x5t: "k-1" },
    access: {
      aud: "api://acme",
      iss: ENTRA_1,
      iat: NOW_S,
      nbf: NOW_S,
      exp: NOW_S + 3_900,
      appid: "web",
      appidacr: "1",
      oid: UUID,
      scp: "access_as_user",
      sub: "l3_roISQU222bULS9yi2k0XpqpOiMz5H3ZACo1GeXA",
      tid: TENANT,
      unique_name: "jane@acme.example",
      uti: "fqiBqXLPj0eQa82S-IYFBB",
      ver: "1.0",
    },
    id: { aud: "web" },
    user: UUID,
    scope: "access_as_user",
    claims: { tenant: TENANT },
    tokenId: "fqiBqXLPj0eQa82S-IYFBB",
  },
  {
    name: "Okta",
    entry: { issuer: OKTA, profile: "okta", audience: ["api://default"] },
    header: {},
    access: {
      ver: 1,
      jti: "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
      iss: OKTA,
      aud: "api://default",
      sub: "jane.doe@acme.example",
      iat: NOW_S,
      exp: NOW_S + 3_600,
      cid: "0oab8eb55Kb9jdMIr5d6",
      uid: "00ub0oNGTSWTBKOLGLNR",
      scp: ["openid", "profile"],
      auth_time: NOW_S,
    },
    id: { aud: "0oab8eb55Kb9jdMIr5d6", sub: "00ub0oNGTSWTBKOLGLNR", cid: undefined, uid: undefined },
    user: "00ub0oNGTSWTBKOLGLNR",
    scope: "openid profile",
    tokenId: "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
  },
  {
    name: "Cognito",
    entry: {
      issuer: COGNITO,
      profile: "cognito",
      clients: ["1example23456789"],
      claims: { groups: "cognito:groups" },
    },
    header: {},
    access: {
      sub: UUID,
      "cognito:groups": ["buyers"],
      iss: COGNITO,
      version: 2,
      client_id: "1example23456789",
      origin_jti: "aaaa",
      event_id: "bbbb",
      token_use: "access",
      scope: "openid profile",
      auth_time: NOW_S,
      exp: NOW_S + 3_600,
      iat: NOW_S,
      jti: UUID,
      username: "jane",
    },
    id: { token_use: "id", aud: "1example23456789", client_id: undefined },
    user: UUID,
    scope: "openid profile",
    claims: { groups: ["buyers"] },
    tokenId: UUID,
  },
];

/** A gateway that accepts the tokens of these issuers, which all sign with one key. */
async function run(entries: readonly Claims[]) {
  const profiles = readIssuers(JSON.stringify({ issuers: entries }), false);
  const keySet = (clock: Clock) => new KeySet(() => Promise.resolve(JWKS), clock);
  const gateway = await runGateway({
    verifyBearer: async (authorization) => await verify(authorization),
  });
  gateway.clock.advance(600_000);
  const verify = createBearerVerifier(
    profiles.map((profile) => ({ profile, keySet: keySet(gateway.clock) })),
    gateway.clock,
  );
  /** The identity that the BFF gets of a token, or the status and the log's reason. */
  let asked = 0;
  const ask = async (token: string) => {
    asked += 1;
    const answer = await gateway.send("/web/home-page", { headers: { Authorization: `Bearer ${token}` } });
    if (answer.status !== 200) {
      const line = (await gateway.log.waitFor("request", asked)).at(-1);
      return { refused: `${answer.status} ${String(line?.["reason"])}` };
    }
    const key = IDENTITY_KEYS["web-bff"];
    assert.ok(key);
    const { rawHeaders = [] } = gateway.target.requests.at(-1) ?? {};
    const seen = createVerifier({ keys: [key], audience: "web-bff", clock: gateway.clock }).verify(
      singleHeader(rawHeaders, "x-identity"),
    );
    assert.ok(seen.ok);
    return { identity: seen.identity };
  };
  return { gateway, ask, verify, [Symbol.asyncDispose]: async () => await gateway[Symbol.asyncDispose]() };
}

for (const { name, entry, header, access, id, user, scope, claims, tokenId } of PROVIDERS) {
  describe(`a token of ${name}`, () => {
    it("in its default form says who its user is", async () => {
      await using running = await run([entry]);
      const { identity, refused } = await running.ask(await sign(header, access));
      assert.equal(refused, undefined);
      assert.deepEqual([identity?.userId, identity?.scope, identity?.claims], [user, scope, claims]);
    });

    it("can be revoked by its name, or by its digest where it has none", async () => {
      await using running = await run([entry]);
      const token = await sign(header, access);
      const digest = hash("sha256", token.slice(0, token.lastIndexOf(".")), "base64url");
      assert.equal((await running.verify(`Bearer ${token}`)).tokenId, tokenId ?? digest);
    });

    it("is refused where it is an ID token, another client's or API's, or lives too long", async () => {
      await using running = await run([entry]);
      const changes: [Claims, RegExp][] = [
        [id, /^401 token-(?:typ|aud|token_use)$/],
        [
          { aud: "other", azp: "other", appid: "other", cid: "other", client_id: "other" },
          /^401 token-(?:aud|client)$/,
        ],
        [{ exp: NOW_S + 86_401 }, /^401 token-lifetime$/],
        [{ exp: NOW_S - 10 }, /^401 token-exp$/],
        [{ oid: undefined, uid: undefined, sub: undefined }, /^401 token-subject$/],
      ];
      for (const [change, reason] of changes) {
        const { refused = "nothing" } = await running.ask(await sign(header, { ...access, ...change }));
        assert.match(refused, reason);
      }
      const other = await sign({ ...header, typ: "dpop+jwt" }, access);
      assert.deepEqual(await running.ask(other), { refused: "401 token-type" });
    });
  });
}

describe("several issuers", () => {
  const entries = PROVIDERS.map(({ entry }, index) => ({ ...entry, prefix: `p${index}:` }));

  it("each have their own profile and their own users", async () => {
    await using running = await run(entries);
    for (const [index, { header, access, user }] of PROVIDERS.entries()) {
      const { identity } = await running.ask(await sign(header, access));
      assert.equal(identity?.userId, `p${index}:${user}`);
    }
  });

  it("cannot sign for each other's users", async () => {
    await using running = await run([{ ...entries[0], prefix: "" }, { ...entries[5] }]);
    const [keycloak] = PROVIDERS;
    assert.ok(keycloak);
    const token = await sign(keycloak.header, { ...keycloak.access, sub: `p5:${UUID}` });
    assert.deepEqual(await running.ask(token), { refused: "401 token-subject" });
  });

  it("are all that is accepted, and the log says so", async () => {
    await using running = await run(entries);
    const [, auth0] = PROVIDERS;
    assert.ok(auth0);
    const from = async (iss: unknown) =>
      (await running.ask(await sign(auth0.header, { ...auth0.access, iss }))).refused;
    assert.equal(await from("https://evil.example"), "401 issuer-unknown");
    assert.equal(await from(undefined), "401 issuer-unknown");
    assert.equal(await from(7), "401 issuer-unknown");
    assert.equal(await from(AUTH0.slice(0, -1)), "401 issuer-differs-by-a-slash");
    assert.equal(await from(`${KEYCLOAK}/`), "401 issuer-differs-by-a-slash");
  });
});

describe("Entra ID's issuer of many tenants", () => {
  const entra = PROVIDERS.find(({ name }) => name === "Entra ID");
  assert.ok(entra);
  const OTHER = "99998888-7777-cccc-1111-dddd2222eeee";
  const issuer = ENTRA.replace(TENANT, "{tenantid}");
  const entry = { ...entra.entry, issuer, prefix: "staff:" };
  const keycloak = { issuer: KEYCLOAK, profile: "keycloak", clients: ["acme-web"], prefix: "" };
  const signed = async (claims: Claims) => await sign(entra.header, { ...entra.access, ...claims });

  it("admits its tenants, each with users of its own", async () => {
    await using running = await run([{ ...entry, tenants: [TENANT] }, keycloak]);
    const { identity } = await running.ask(await signed({}));
    assert.equal(identity?.userId, `staff:${TENANT}.${UUID}`);
    const other = await signed({ iss: ENTRA.replace(TENANT, OTHER), tid: OTHER });
    assert.deepEqual(await running.ask(other), { refused: "401 issuer-unknown" });
    await using open = await run([{ ...entry, tenants: "any" }, keycloak]);
    assert.equal((await open.ask(other)).identity?.userId, `staff:${OTHER}.${UUID}`);
  });

  it("admits no tenant that another one's token names, and nothing else in its place", async () => {
    await using running = await run([{ ...entry, tenants: "any" }, keycloak]);
    assert.deepEqual(await running.ask(await signed({ tid: OTHER })), { refused: "401 token-tid" });
    assert.deepEqual(await running.ask(await signed({ tid: undefined })), { refused: "401 token-tid" });
    for (const place of ["{tenantid}", "common", "", `${TENANT}/x`, TENANT.toUpperCase()]) {
      const iss = ENTRA.replace(TENANT, place);
      assert.deepEqual(await running.ask(await signed({ iss })), { refused: "401 issuer-unknown" }, place);
    }
    const [{ header, access }] = [PROVIDERS[0] ?? assert.fail()];
    const stolen = await sign(header, { ...access, sub: `staff:${TENANT}.${UUID}` });
    assert.deepEqual(await running.ask(stolen), { refused: "401 token-subject" });
  });

  it("says which tenants, and no other issuer does", () => {
    const read = (...entries: Claims[]) => readIssuers(JSON.stringify({ issuers: entries }), false);
    assert.throws(() => read(entry), /tenants, a list or "any", go with an issuer/);
    assert.throws(() => read({ ...entra.entry, tenants: "any" }), /go with an issuer that has \{tenantid\}/);
  });
});

describe("claims", () => {
  const entry = { issuer: KEYCLOAK, profile: "keycloak", clients: ["acme-web"], claims: { extra: "extra" } };
  const [keycloak] = PROVIDERS;

  const cases: [name: string, extra: unknown, expected: unknown][] = [
    ["text", "a", { extra: "a" }],
    ["a number", 7, { extra: 7 }],
    ["false", false, { extra: false }],
    ["nothing", null, undefined],
    ["a part of a number", 0.5, { extra: 0.5 }],
    ["a whole number that was rounded", 2 ** 53, "401 token-claims"],
    ["an object", { admin: true }, "401 token-claims"],
    ["a list of objects", [{ id: 1 }], "401 token-claims"],
    ["more than fits", "x".repeat(2_500), "401 token-claims-too-large"],
  ];
  for (const [name, extra, expected] of cases) {
    it(`may be ${name}: ${typeof expected === "string" ? "it is refused" : "the BFF gets it"}`, async () => {
      assert.ok(keycloak);
      await using running = await run([entry]);
      const token = await sign(keycloak.header, { ...keycloak.access, extra });
      const { identity, refused } = await running.ask(token);
      assert.deepEqual(refused ?? identity?.claims, expected);
    });
  }
});

describe("the file of the issuers", () => {
  const read = (...issuers: Claims[]) => readIssuers(JSON.stringify({ issuers }), false);
  const right = { issuer: "https://a.example", audience: ["api"] };

  it("is YAML too, and an entry changes its form", () => {
    const [profile] = readIssuers(
      "issuers:\n  - issuer: https://a.example\n    profile: okta\n    audience: [api]\n    subject: email\n    types: [JWT]\n    longestLifeSeconds: 600\n",
      false,
    );
    assert.deepEqual(
      [profile?.subject, profile?.types, profile?.longestLifeSeconds, profile?.scope, profile?.prefix],
      ["email", ["jwt"], 600, "scp", ""],
    );
  });

  const cases: [name: string, issuers: Claims[], complaint: RegExp][] = [
    ["no issuer", [], /issuers must NOT have fewer than 1 items/],
    ["neither audience nor clients", [{ issuer: "https://a.example" }], /required property 'audience'/],
    [
      "a profile that there is none of",
      [{ ...right, profile: "ldap" }],
      /issuers 0 profile must be equal to one/,
    ],
    ["a member that there is none of", [{ ...right, aud: "x" }], /issuers 0 has an unknown member "aud"/],
    ["a life of a week", [{ ...right, longestLifeSeconds: 604_800 }], /must be <= 86400/],
    [
      "an address without TLS",
      [{ ...right, keys: "http://a.example/jwks" }],
      /entry 1: "http:.*" must be an https/,
    ],
    [
      "an issuer twice",
      [
        { ...right, prefix: "a" },
        { ...right, prefix: "b" },
      ],
      /entry 2: .* stands there twice/,
    ],
    [
      "two issuers whose users could be mixed up",
      [right, { ...right, issuer: "https://b.example", prefix: "b:" }],
      /entry 1: of several issuers each needs a prefix/,
    ],
  ];
  for (const [name, issuers, complaint] of cases) {
    it(`cannot have ${name}`, () => assert.throws(() => read(...issuers), complaint));
  }
});
