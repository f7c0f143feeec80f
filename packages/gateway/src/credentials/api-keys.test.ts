import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, it } from "node:test";
import { createApiKeyVerifier, readApiKeys } from "./api-keys.ts";

const SECRET = Buffer.alloc(32, 5).toString("base64url");
const KEY = `tk_acme_${SECRET}`;
const sha256 = hash("sha256", KEY);
const verify = createApiKeyVerifier([
  { id: "acme", sha256: [sha256], user: "7" },
  { id: "other", sha256: [hash("sha256", `tk_other_${"A".repeat(43)}`)], user: "8", scope: "orders:read" },
]);

describe("an API key", () => {
  it("is found by its id and acts for its account", () => {
    assert.deepEqual(verify(KEY), { kind: "api-key", userId: "7", apiKeyId: "acme" });
    assert.equal(verify(`tk_other_${"A".repeat(43)}`).scope, "orders:read");
  });

  const wrong: [name: string, key: string][] = [
    ["nothing", ""],
    ["another secret", `tk_acme_${"A".repeat(43)}`],
    ["another's secret", `tk_other_${SECRET}`],
    ["an unknown id", `tk_nobody_${SECRET}`],
    ["an id named __proto__", `tk___proto___${SECRET}`],
    ["a cut key", KEY.slice(0, -1)],
    ["white space", ` ${KEY}`],
    ["its own hash", sha256],
    ["other letter case", KEY.toUpperCase()],
    ["a huge one", `tk_acme_${"A".repeat(100_000)}`],
  ];
  for (const [name, key] of wrong) {
    it(`is not ${name}`, () => assert.throws(() => verify(key), /api-key-unknown/));
  }
});

describe("the file of API keys", () => {
  const entry = { id: "acme", sha256, user: "7" };
  it("is read", () => {
    const [read, ...others] = readApiKeys(JSON.stringify({ apiKeys: [entry] }));
    assert.deepEqual([read, others], [{ ...entry, sha256: [sha256] }, []]);
  });

  it("may list a partner's previous, current and next key, and each of them is accepted", () => {
    const keys = ["A", "B", "C"].map((letter) => `tk_acme_${letter.repeat(43)}`);
    const hashes = keys.map((key) => hash("sha256", key));
    const accepts = createApiKeyVerifier(
      readApiKeys(JSON.stringify({ apiKeys: [{ ...entry, sha256: hashes }] })),
    );
    for (const key of keys) assert.equal(accepts(key).apiKeyId, "acme");
    assert.throws(() => accepts(KEY), /api-key-unknown/);
  });

  const bad: [name: string, file: unknown, complaint: RegExp][] = [
    ["a list", [entry], /it must be/],
    ["a key in clear", { apiKeys: [{ ...entry, sha256: KEY }] }, /entry 1: its sha256 must be 64 hex/],
    ["no hash at all", { apiKeys: [{ ...entry, sha256: [] }] }, /a list of 1 to 3/],
    ["four hashes", { apiKeys: [{ ...entry, sha256: Array(4).fill(sha256) }] }, /a list of 1 to 3/],
    ["a list with a key in clear", { apiKeys: [{ ...entry, sha256: [sha256, KEY] }] }, /64 hex/],
    ["an id twice", { apiKeys: [entry, entry] }, /"acme" twice/],
    ["no user", { apiKeys: [{ id: "a", sha256 }] }, /its user must be visible ASCII/],
  ];
  for (const [name, file, complaint] of bad) {
    it(`cannot be ${name}, and the complaint shows no key`, () => {
      assert.throws(
        () => readApiKeys(JSON.stringify(file)),
        (error) => error instanceof Error && complaint.test(error.message) && !error.message.includes(SECRET),
      );
    });
  }
});
