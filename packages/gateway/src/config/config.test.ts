import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { readSettings, systemClock } from "@triptych/service-kit";
import { readDocument } from "../contracts/document.ts";
import { gatewaySettings } from "../settings.ts";
import { ROUTES } from "../../../../apps/gateway/src/routes.ts";
import { bffAddress, bffsOf } from "./bff-addresses.ts";
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
  const urls = [
    "USERS_URL",
    "ORDERS_URL",
    "RECOMMENDATIONS_URL",
    "CATALOG_URL",
    ...bffsOf(ROUTES).map(bffAddress),
  ];
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
    const { PORT, ADMIN_PORT, TRUSTED_PROXIES } = readSettings(env, gatewaySettings(ROUTES, "."));
    assert.deepEqual([PORT, ADMIN_PORT, TRUSTED_PROXIES], [8080, 9080, []]);
  });

  it("name the address of each BFF of the route table", () => {
    assert.deepEqual(readSettings(env, gatewaySettings(ROUTES, "."))["WEB_BFF_URL"], ["http://127.0.0.1:1"]);
    assert.equal(bffAddress("smart-tv-bff"), "SMART_TV_BFF_URL");
  });

  const cases: [name: string, changes: Record<string, string>, complaint: RegExp][] = [
    ["a BFF without an address", { WEB_BFF_URL: "" }, /^WEB_BFF_URL is missing/],
    [
      "an identity provider over http in production",
      { NODE_ENV: "production", OIDC_JWKS_URL: "http://login.example/jwks" },
      /^OIDC_JWKS_URL must be an https:/,
    ],
    ["an origin with a path", { PUBLIC_ORIGIN: "https://shop.example/" }, /^PUBLIC_ORIGIN must be an origin/],
    ["a proxy that is a name", { TRUSTED_PROXIES: "proxy.local" }, /^TRUSTED_PROXIES must list IP addresses/],
    ["a network that is too wide", { TRUSTED_PROXIES: "10.0.0.0/33" }, /^TRUSTED_PROXIES/],
    ["no audience", { OIDC_AUDIENCE: "" }, /^OIDC_AUDIENCE is missing/],
  ];
  for (const [name, changes, complaint] of cases) {
    it(`cannot have ${name}`, () => {
      assert.throws(() => readSettings({ ...env, ...changes }, gatewaySettings(ROUTES, ".")), {
        message: complaint,
      });
    });
  }
});
