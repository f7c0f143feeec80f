import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@triptych/service-kit";
import { PROFILE, TestIssuer } from "../testing/issuer.ts";
import { fetchKeys } from "./discovery.ts";
import type { IssuerProfile } from "./profile.ts";

const { jwks } = new TestIssuer("k-1", systemClock);
const JWKS_URL = "https://keys.example/jwks";

/** Fetches the keys of a profile from what stands at these addresses, and lists what was asked. */
async function fetchFrom(there: Readonly<Record<string, unknown>>, changes: Partial<IssuerProfile> = {}) {
  const asked: string[] = [];
  const keys = await fetchKeys({ ...PROFILE, ...changes }, (url) => {
    asked.push(url);
    return Promise.resolve(there[url]);
  });
  return { keys, asked };
}

describe("an issuer's keys", () => {
  const METADATA_URL = "https://login.example/.well-known/openid-configuration";
  const metadata = { issuer: "https://login.example", jwks_uri: JWKS_URL };

  it("are where its metadata says", async () => {
    const { keys, asked } = await fetchFrom({ [METADATA_URL]: metadata, [JWKS_URL]: jwks });
    assert.deepEqual([keys, asked], [jwks, [METADATA_URL, JWKS_URL]]);
  });

  it("are found where the issuer ends in a slash, and where its metadata is elsewhere", async () => {
    const issuer = "https://login.example/";
    const there = { [METADATA_URL]: { ...metadata, issuer }, [JWKS_URL]: jwks };
    assert.deepEqual((await fetchFrom(there, { issuer })).asked, [METADATA_URL, JWKS_URL]);
    const discovery = "https://other.example/metadata";
    assert.deepEqual((await fetchFrom({ [discovery]: metadata, [JWKS_URL]: jwks }, { discovery })).asked, [
      discovery,
      JWKS_URL,
    ]);
  });

  it("of many tenants are those that sign for all of them", async () => {
    const issuer = "https://login.example/{tenantid}/v2.0";
    const there = "https://login.example/organizations/v2.0/.well-known/openid-configuration";
    const [key] = jwks.keys;
    const personal = { ...key, kid: "k-2", issuer: "https://login.example/9188040d/v2.0" };
    const all = { keys: [{ ...key, issuer }, personal] };
    const { keys } = await fetchFrom(
      { [there]: { ...metadata, issuer }, [JWKS_URL]: all },
      { issuer, tenants: "any" },
    );
    assert.deepEqual(keys, { keys: [{ ...key, issuer }] });
  });

  it("are asked for directly where their address is set", async () => {
    assert.deepEqual((await fetchFrom({ [JWKS_URL]: jwks }, { keys: JWKS_URL })).asked, [JWKS_URL]);
  });

  const wrong: [name: string, document: unknown, complaint: RegExp][] = [
    ["another issuer's", { ...metadata, issuer: "https://login.example/" }, /is of the issuer "https:.*\/"/],
    ["without an address of keys", { issuer: metadata.issuer }, /no https:\/\/ address/],
    [
      "with an address without TLS",
      { ...metadata, jwks_uri: "http://keys.example" },
      /no https:\/\/ address/,
    ],
    ["not an object", "hello", /is of the issuer undefined/],
  ];
  for (const [name, document, complaint] of wrong) {
    it(`are not taken where the metadata is ${name}`, async () => {
      await assert.rejects(fetchFrom({ [METADATA_URL]: document, [JWKS_URL]: jwks }), complaint);
    });
  }
});
