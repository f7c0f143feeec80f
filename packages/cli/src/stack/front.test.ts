import assert from "node:assert/strict";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createKeySource } from "../identity/keys.ts";
import { developmentCertificate, findHaproxy } from "./haproxy.ts";
import { environmentOf, publicOrigin } from "./environment.ts";
import type { Surroundings } from "./environment.ts";
import { gatewayFiles } from "./gateway-files.ts";
import type { Bff } from "../repository.ts";
import type { PortPlan } from "./ports.ts";
import type { Role } from "./roles.ts";

const BFFS: readonly Bff[] = [{ name: "web-bff", port: 8101, prefix: "/web" }];

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "front-"));
});
after(async () => rm(dir, { recursive: true, force: true }));

describe("what the proxy needs of the machine", () => {
  const path = String(process.env["PATH"]);
  after(() => void (process.env["PATH"] = path));

  it("is found on the PATH first: HAProxy", () => {
    writeFileSync(join(dir, "haproxy"), "#!/bin/sh\n", { mode: 0o755 });
    process.env["PATH"] = dir;
    assert.equal(findHaproxy(), "haproxy");
  });

  it("is said in one sentence where it is missing: openssl", async () => {
    process.env["PATH"] = dir;
    await assert.rejects(developmentCertificate(join(dir, "none"), ["localhost"]), {
      message: /^openssl is not installed, .*: apt-get install openssl$/,
    });
  });
});

describe("the gateway's development files", () => {
  it("hold the rings that the BFFs verify with, and stay as they are on the next start", () => {
    const keys = createKeySource();
    const files = gatewayFiles(join(dir, "files"), keys, BFFS);
    const first = JSON.parse(readFileSync(files.keysFile, "utf8"));
    assert.equal(first.identityKeys["web-bff"], keys.ringOf("web-bff"));
    assert.equal(first.txnTokenKeys.length, 1);
    gatewayFiles(join(dir, "files"), keys, BFFS);
    assert.deepEqual(JSON.parse(readFileSync(files.keysFile, "utf8")), first);
    assert.equal(statSync(files.keysFile).mode & 0o777, 0o600);
  });

  it("know the sample partner's key only by its hash", () => {
    const files = gatewayFiles(join(dir, "partner"), createKeySource(), BFFS);
    const apiKey = readFileSync(files.partnerKeyFile, "utf8").trim();
    const stored = readFileSync(files.apiKeysFile, "utf8");
    assert.ok(stored.includes(createHash("sha256").update(apiKey).digest("hex")));
    assert.ok(!stored.includes(apiKey));
  });

  it("are made again where a file is cut off", () => {
    const files = gatewayFiles(join(dir, "broken"), createKeySource(), BFFS);
    writeFileSync(files.keysFile, '{"identityKeys":');
    gatewayFiles(join(dir, "broken"), createKeySource(), BFFS);
    assert.ok(JSON.parse(readFileSync(files.keysFile, "utf8")).sessionKeys);
  });
});

describe("the development certificate", () => {
  it("is for the names asked for, is kept, and is made again for others", async () => {
    const file = await developmentCertificate(join(dir, "cert"), ["localhost", "127.0.0.1"]);
    const text = readFileSync(file, "utf8");
    const certificate = new X509Certificate(text);
    assert.equal(certificate.checkHost("localhost"), "localhost");
    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(createPrivateKey(text).asymmetricKeyType, "ec");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await developmentCertificate(join(dir, "cert"), ["localhost"]);
    assert.equal(readFileSync(file, "utf8"), text);
    await developmentCertificate(join(dir, "cert"), ["shop.example"]);
    assert.notEqual(readFileSync(file, "utf8"), text);
  });
});

describe("the way in", () => {
  const ports: PortPlan = new Map([
    ["web-bff", { port: 1, adminPort: 2 }],
    ["gateway", { port: 3, adminPort: 4 }],
    ["identity-provider", { port: 5, adminPort: 6 }],
  ]);
  const stack: Surroundings = {
    roles: [],
    ports,
    keys: createKeySource(),
    dataDir: undefined,
    files: { dir: "d", keysFile: "k", apiKeysFile: "a", partnerKeyFile: "p", txnTokenJwks: "{}" },
    certificate: undefined,
    targets: [
      { name: "web-bff", kind: "bff", main: "", port: 8101 },
      { name: "partner-bff", kind: "bff", main: "", port: 8103 },
    ],
  };
  const GATEWAY: Role = { name: "gateway", kind: "gateway", main: "", port: 0 };
  const PROVIDER: Role = { name: "identity-provider", kind: "identity-provider", main: "", port: 0 };

  it("is the gateway where there is no proxy, and everybody is told the same", () => {
    assert.equal(publicOrigin(stack), "http://127.0.0.1:3");
    const withProxy = { ...stack, ports: new Map([...ports, ["reverse-proxy", { port: 7, adminPort: 8 }]]) };
    assert.equal(publicOrigin(withProxy), "https://127.0.0.1:7");
    const [gateway, provider] = [GATEWAY, PROVIDER].map((role) => environmentOf(role, {}, withProxy));
    assert.equal(gateway?.["PUBLIC_ORIGIN"], "https://127.0.0.1:7");
    assert.equal(provider?.["REDIRECT_URIS"], "https://127.0.0.1:7/auth/callback");
    assert.equal(gateway["OIDC_AUDIENCE"], provider["AUDIENCE"]);
    assert.equal(gateway["WEB_BFF_URL"], "http://127.0.0.1:1");
    assert.equal(
      gateway["PARTNER_BFF_URL"],
      "http://127.0.0.1:8103",
      "a BFF that does not run has its usual address",
    );
    assert.equal(gateway["TRUSTED_PROXIES"], "127.0.0.1");
    assert.equal(gateway["REVOCATIONS_FILE"], join("d", "revocations-gateway.jsonl"));
  });

  it("tells a gateway with another identity provider nothing of the development login", () => {
    const env = environmentOf(GATEWAY, { OIDC_ISSUER: "https://login.example" }, stack);
    assert.deepEqual(
      [env["OIDC_ISSUER"], env["OIDC_AUDIENCE"], env["KEYS_FILE"]],
      ["https://login.example", undefined, "k"],
    );
  });

  it("is the one process of the small composition, which speaks TLS where there is a certificate and trusts no proxy", () => {
    const small: Role = { ...GATEWAY, name: "small" };
    const plainStack = { ...stack, ports: new Map([["small", { port: 8, adminPort: 9 }]]) };
    const secure = environmentOf(small, {}, { ...plainStack, certificate: "both.pem" });
    assert.equal(secure["PUBLIC_ORIGIN"], "https://127.0.0.1:8");
    assert.deepEqual([secure["TLS_CERT_FILE"], secure["TLS_KEY_FILE"]], ["both.pem", "both.pem"]);
    const plain = environmentOf(small, {}, plainStack);
    assert.equal(plain["PUBLIC_ORIGIN"], "http://127.0.0.1:8");
    for (const env of [secure, plain]) assert.equal(env["TRUSTED_PROXIES"], undefined);
  });
});
