import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exportJWK, generateKeyPair } from "jose";
import { readSettings } from "./settings.ts";
import type { Environment } from "./settings.ts";
import { SettingError } from "./tools.ts";

describe("settings", () => {
  it("have a default for everything but the keys", () => {
    const { dataDir, ...settings } = readSettings({}, 9001);
    assert.match(dataDir, /test\/domain-services\/\.data\/$/);
    assert.deepEqual(settings, {
      port: 9001,
      adminPort: 10_001,
      host: undefined,
      logLevel: "info",
      mediaUrl: "https://127.0.0.1:8443",
      txnTokenKeys: undefined,
      txnTokenOptional: false,
      switches: {},
    });
  });

  it("put the admin port 1,000 above the port, wherever that is", () => {
    assert.equal(readSettings({ PORT: "19002" }, 9001).adminPort, 20_002);
    assert.equal(readSettings({ PORT: "0" }, 9001).adminPort, 0);
    assert.equal(readSettings({ PORT: "0", ADMIN_PORT: "7000" }, 9001).adminPort, 7_000);
  });

  it("read switches and keys", async () => {
    const key = await exportJWK((await generateKeyPair("EdDSA")).publicKey);
    const settings = readSettings(
      { SWITCHES: '{"delay":{"ms":5}}', TXN_TOKEN_JWKS: JSON.stringify({ keys: [key] }) },
      9001,
    );
    assert.deepEqual(settings.switches, { delay: { distribution: "fixed", ms: 5 } });
    assert.deepEqual(settings.txnTokenKeys, { keys: [key] });
  });

  const x = "A".repeat(43);
  const malformed: [environment: Environment, name: string][] = [
    [{ PORT: "http" }, "PORT"],
    [{ PORT: "65536" }, "PORT"],
    [{ PORT: "65000" }, "ADMIN_PORT"],
    [{ PORT: "5000", ADMIN_PORT: "5000" }, "ADMIN_PORT"],
    [{ HOST: "" }, "HOST"],
    [{ DATA_DIR: " " }, "DATA_DIR"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
    [{ SWITCHES: "{\n\n" }, "SWITCHES"],
    [{ SWITCHES: '{"fail":{"status":200}}' }, "SWITCHES"],
    [{ TXN_TOKEN: "maybe" }, "TXN_TOKEN"],
    [{ TXN_TOKEN: "optional", NODE_ENV: "production" }, "TXN_TOKEN"],
    [{ TXN_TOKEN_JWKS: "[]" }, "TXN_TOKEN_JWKS"],
    [{ TXN_TOKEN_JWKS: '{"keys":[]}' }, "TXN_TOKEN_JWKS"],
    [
      { TXN_TOKEN_JWKS: JSON.stringify({ keys: [{ kty: "OKP", crv: "Ed25519", x, d: x }] }) },
      "TXN_TOKEN_JWKS",
    ],
    [
      { TXN_TOKEN_JWKS: JSON.stringify({ keys: [{ kty: "OKP", crv: "Ed25519", x: "short" }] }) },
      "TXN_TOKEN_JWKS",
    ],
  ];
  for (const [environment, name] of malformed) {
    it(`refuse ${JSON.stringify(environment).slice(0, 60)} in one line that names ${name}`, () => {
      assert.throws(
        () => readSettings(environment, 9001),
        (error) =>
          error instanceof SettingError &&
          error.message.startsWith(`${name} `) &&
          !error.message.includes("\n"),
      );
    });
  }
});
