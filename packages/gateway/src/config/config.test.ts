import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { readSettings, systemClock } from "@triptych/service-kit";
import { readDocument } from "../contracts/document.ts";
import { profilesOf } from "../issuers/issuers-file.ts";
import { addressesOf, gatewaySettings, settingsWithoutBffs } from "../settings.ts";
import { sampleTable } from "../testing/sample-table.ts";
import { readKeys } from "./keys-file.ts";

const ring = (kid: string, bytes = 32): string => `${kid}:${randomBytes(bytes).toString("base64url")}`;
const txnKey = (kid: string): Record<string, unknown> => ({
  ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }),
  kid,
});

const RIGHT = {
  identityKeys: { "web-bff": ring("w") },
  txnTokenKeys: [txnKey("t-1"), txnKey("t-2")],
  sessionKeys: ring("s"),
};
const { d: _d, ...publicKey } = txnKey("t-3");

describe("the keys file", () => {
  const read = (changes: object): unknown =>
    readKeys(JSON.stringify({ ...RIGHT, ...changes }), ["web-bff"], systemClock);

  it("is read", () => {
    assert.ok(read({}));
  });

  const cases: [name: string, changes: object, complaint: RegExp][] = [
    [
      "no ring for a BFF",
      { identityKeys: { "mobile-bff": ring("m") } },
      /identityKeys of web-bff is missing/,
    ],
    [
      "a ring that is a list",
      { identityKeys: { "web-bff": [ring("w")] } },
      /identityKeys of web-bff must be text/,
    ],
    [
      "a secret that is too short",
      { identityKeys: { "web-bff": ring("w", 16) } },
      /web-bff entry 1 has a secret of 16/,
    ],
    ["no Txn-Token key", { txnTokenKeys: [] }, /at least one key/],
    ["a Txn-Token key that is public", { txnTokenKeys: [publicKey] }, /"t-3" has no "d"/],
    [
      "a next Txn-Token key that is broken",
      { txnTokenKeys: [...RIGHT.txnTokenKeys, { kid: "x" }] },
      /entry 3 is no Ed25519/,
    ],
    ["no session key", { sessionKeys: undefined }, /sessionKeys is missing/],
    [
      "a session key of another length",
      { sessionKeys: ring("s", 33) },
      /"s" must have 32 bytes, but it has 33/,
    ],
  ];
  for (const [name, changes, complaint] of cases) {
    it(`cannot have ${name}, and the complaint shows no secret`, () => {
      assert.throws(
        () => read(changes),
        (error) => {
          assert.ok(error instanceof Error && complaint.test(error.message), String(error));
          const secrets = JSON.stringify(changes).match(/[A-Za-z0-9_-]{20,}/g) ?? [];
          return secrets.every((secret) => !error.message.includes(secret));
        },
      );
    });
  }
});

describe("a contract", () => {
  const bad: [name: string, text: string, complaint: RegExp][] = [
    ["text", "hello", /no OpenAPI document/],
    ["broken JSON", "{", /neither JSON nor YAML/],
    [
      "OpenAPI 3.0, whose schemas are another language",
      '{"openapi":"3.0.3","paths":{}}',
      /must be OpenAPI 3.1/,
    ],
  ];
  for (const [name, text, complaint] of bad) {
    it(`cannot be ${name}`, () => assert.throws(() => readDocument(text, "x"), complaint));
  }
});

describe("the settings", () => {
  const table = sampleTable();
  const urls = ["WEB_BFF_URL", "PARTNER_BFF_URL", "RECOMMENDATIONS_URL"];
  const env = {
    ...Object.fromEntries(urls.map((name) => [name, "http://127.0.0.1:1"])),
    KEYS_FILE: "keys.json",
    API_KEYS_FILE: "api-keys.json",
    OIDC_ISSUER: "https://login.example",
    OIDC_JWKS_URL: "https://login.example/jwks",
    OIDC_AUDIENCE: "https://api.example",
    OIDC_CLIENT_ID: "web",
    PUBLIC_ORIGIN: "https://shop.example",
  };

  it("are read, with the ports of the table", () => {
    const { PORT, ADMIN_PORT, TRUSTED_PROXIES } = readSettings(env, gatewaySettings(table, "."));
    assert.deepEqual([PORT, ADMIN_PORT, TRUSTED_PROXIES], [8080, 9080, []]);
  });

  it("name the address of each target of the route table", () => {
    const settings = readSettings(
      { ...env, WEB_BFF_URL: "http://a:1,http://b:1" },
      gatewaySettings(table, "."),
    );
    assert.deepEqual(addressesOf(settings, table), [
      ["web-bff", ["http://a:1", "http://b:1"]],
      ["partner-bff", ["http://127.0.0.1:1"]],
      ["recommendations", ["http://127.0.0.1:1"]],
    ]);
    const targets = { "smart-tv-bff": { identity: "x-identity" } } as const;
    assert.ok(Object.hasOwn(gatewaySettings({ ...table, targets }, "."), "SMART_TV_BFF_URL"));
  });

  it("name services only, where the BFFs are apps of the process", () => {
    const { WEB_BFF_URL: _web, PARTNER_BFF_URL: _partner, ...services }: Record<string, string> = env;
    const settings = readSettings(services, settingsWithoutBffs(table, "."));
    assert.deepEqual(addressesOf(settings, table), [["recommendations", ["http://127.0.0.1:1"]]]);
  });

  it("make one issuer, whose tokens are checked for the client where they have no audience", () => {
    const profiles = (changes: Record<string, string>) =>
      profilesOf(readSettings({ ...env, ...changes }, gatewaySettings(table, ".")));
    const [standard] = profiles({});
    const [cognito] = profiles({ OIDC_PROFILE: "cognito", OIDC_AUDIENCE: "", OIDC_JWKS_URL: "" });
    assert.deepEqual(
      [standard?.types, standard?.audience, standard?.clients, standard?.keys],
      [["at+jwt"], ["https://api.example"], undefined, "https://login.example/jwks"],
    );
    assert.deepEqual(
      [cognito?.types, cognito?.audience, cognito?.clients, cognito?.keys],
      [["none"], undefined, ["web"], undefined],
    );
  });

  it("need a file of issuers that can be used", () => {
    const settings = readSettings(
      { ...env, OIDC_AUDIENCE: "", ISSUERS_FILE: "/nowhere/issuers.yaml" },
      gatewaySettings(table, "."),
    );
    assert.throws(() => profilesOf(settings), {
      name: "SettingsError",
      message: /^\/nowhere\/issuers\.yaml cannot be used: /,
    });
  });

  const cases: [name: string, changes: Record<string, string>, complaint: RegExp][] = [
    ["a BFF without an address", { WEB_BFF_URL: "" }, /^WEB_BFF_URL is missing/],
    ["a service without an address", { RECOMMENDATIONS_URL: "" }, /^RECOMMENDATIONS_URL is missing/],
    [
      "an identity provider over http in production",
      { NODE_ENV: "production", OIDC_JWKS_URL: "http://login.example/jwks" },
      /^OIDC_JWKS_URL must be an https:/,
    ],
    ["an origin with a path", { PUBLIC_ORIGIN: "https://shop.example/" }, /^PUBLIC_ORIGIN must be an origin/],
    ["a proxy that is a name", { TRUSTED_PROXIES: "proxy.local" }, /^TRUSTED_PROXIES must list IP addresses/],
    ["a network that is too wide", { TRUSTED_PROXIES: "10.0.0.0/33" }, /^TRUSTED_PROXIES/],
    ["no audience", { OIDC_AUDIENCE: "" }, /^OIDC_AUDIENCE is missing/],
    ["no audience for Auth0", { OIDC_AUDIENCE: "", OIDC_PROFILE: "auth0" }, /^OIDC_AUDIENCE is missing/],
    ["a profile that there is none of", { OIDC_PROFILE: "ldap" }, /^OIDC_PROFILE/],
  ];
  for (const [name, changes, complaint] of cases) {
    it(`cannot have ${name}`, () => {
      assert.throws(() => readSettings({ ...env, ...changes }, gatewaySettings(table, ".")), {
        message: complaint,
      });
    });
  }
});
