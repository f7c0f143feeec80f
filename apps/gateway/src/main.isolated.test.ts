import assert from "node:assert/strict";
import { generateKeyPairSync, hash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createVerifier, publicHalf, singleHeader } from "@triptych/identity";
import type { TxnKey } from "@triptych/identity";
import { API_KEY, AUDIENCE, ISSUER, SAMPLE_CONTRACT, TestIssuer } from "@triptych/gateway/testing";
import { systemClock } from "@triptych/service-kit";
import { decodeProtectedHeader } from "jose";
import { request } from "undici";
import { Program, RecordingUpstream, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { ROUTES } from "./routes.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const ring = (kid: string): string => `${kid}:${randomBytes(32).toString("base64url")}`;

function newTxnKey(kid: string): TxnKey {
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { kty: "OKP", crv: "Ed25519", kid, x, d };
}

interface KeysFile {
  identityKeys: Record<string, string>;
  txnTokenKeys: TxnKey[];
  sessionKeys: string;
}

/** A file that is there at once or not at all, as a rotation writes it. */
async function replace(file: string, content: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(content));
  await rename(`${file}.new`, file);
}

/** All that the program needs around it. */
async function surroundings() {
  const dir = await mkdtemp(join(tmpdir(), "gateway-"));
  const issuer = new TestIssuer("idp-1", systemClock);
  const target = new RecordingUpstream();
  const origin = await target.listen();
  const jwks = createServer((_req, res) => void res.end(JSON.stringify(issuer.jwks))).listen(0, "127.0.0.1");
  await once(jwks, "listening");
  const address = jwks.address();
  const keysFile = join(dir, "keys.json");
  const bffs = Object.keys(ROUTES.targets).filter((name) => name.endsWith("-bff"));
  const keys: KeysFile = {
    identityKeys: Object.fromEntries(bffs.map((bff) => [bff, ring(bff.replace("bff", "1"))])),
    txnTokenKeys: [newTxnKey("txn-1")],
    sessionKeys: ring("session-1"),
  };
  await replace(keysFile, keys);
  await replace(join(dir, "api-keys.json"), {
    apiKeys: [{ id: "acme", sha256: hash("sha256", API_KEY), user: "7" }],
  });
  for (const { contract } of ROUTES.routes) {
    if (contract.kind === "openapi") await replace(join(dir, contract.file), SAMPLE_CONTRACT);
  }
  const env: Record<string, string> = {
    PORT: "0",
    ADMIN_PORT: "0",
    HOST: "127.0.0.1",
    KEYS_FILE: keysFile,
    API_KEYS_FILE: join(dir, "api-keys.json"),
    CONTRACTS_DIR: dir,
    OIDC_ISSUER: ISSUER,
    OIDC_JWKS_URL: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_CLIENT_ID: "web",
    PUBLIC_ORIGIN: "https://shop.example",
  };
  for (const name of Object.keys(ROUTES.targets)) {
    env[`${name.toUpperCase().replaceAll("-", "_")}_URL`] = origin;
  }
  return {
    dir,
    env,
    keys,
    keysFile,
    issuer,
    target,
    async [Symbol.asyncDispose]() {
      jwks.close();
      jwks.closeAllConnections();
      await target[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

describe("the program", () => {
  it("takes new keys without a restart and without a failed request, keeps the old ones when the new are broken, and drains on SIGTERM", async () => {
    await using around = await surroundings();
    const { keys, keysFile, issuer, target } = around;
    await using gateway = new Program(process.execPath, [MAIN], { env: around.env });
    const { port } = await gateway.line("ready");
    const statuses = new Set<number>();
    // Slow enough, and as enough people, for the limits of the product's own table.
    let asked = 0;
    const ask = async (): Promise<void> => {
      asked += 1;
      await setTimeout(20);
      const headers = { Authorization: `Bearer ${await issuer.token({ sub: `user-${asked % 10}` })}` };
      const { statusCode, body } = await request(`http://127.0.0.1:${Number(port)}/web/home-page`, {
        headers,
      });
      await body.dump();
      statuses.add(statusCode);
    };
    const askUntil = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await ask();
    };
    const last = (name: string): string => String(target.requests.at(-1)?.headers[name]);
    await ask();
    assert.equal(decodeProtectedHeader(last("x-identity")).kid, "web-1");

    const next: KeysFile = {
      identityKeys: { ...keys.identityKeys, "web-bff": `${ring("web-2")},${keys.identityKeys["web-bff"]}` },
      txnTokenKeys: [newTxnKey("txn-2"), ...keys.txnTokenKeys],
      sessionKeys: `${ring("session-2")},${keys.sessionKeys}`,
    };
    await replace(keysFile, next);
    await askUntil(() => decodeProtectedHeader(last("x-identity")).kid === "web-2");
    assert.equal(decodeProtectedHeader(last("txn-token")).kid, "txn-2");
    const [secret = ""] = next.identityKeys["web-bff"]?.split(",") ?? [];
    const verifier = createVerifier({
      keys: [{ kid: "web-2", secret: Buffer.from(secret.split(":")[1] ?? "", "base64url") }],
      audience: "web-bff",
    });
    assert.ok(verifier.verify(singleHeader(target.requests.at(-1)?.rawHeaders ?? [], "x-identity")).ok);

    await replace(keysFile, { ...next, txnTokenKeys: [publicHalf(newTxnKey("txn-3"))] });
    await askUntil(
      () => gateway.lines("a changed file cannot be used, the old one stays in force").length > 0,
    );
    await ask();
    assert.equal(decodeProtectedHeader(last("txn-token")).kid, "txn-2");
    assert.deepEqual([...statuses], [200]);
    for (const { d = "" } of next.txnTokenKeys) assert.ok(!gateway.stdout.includes(d));

    gateway.child.kill("SIGTERM");
    assert.deepEqual(await gateway.ended, { code: 0, signal: null });
  });

  it(
    "is ready when it knows what is revoked, or at once where a setting says so",
    { skip: skipWithoutRedis() },
    async () => {
      await using around = await surroundings();
      await using redis = await RedisServer.start();
      await redis.stop();
      const env = { ...around.env, REDIS_URL: redis.url };
      await using waits = new Program(process.execPath, [MAIN], { env });
      await using goes = new Program(process.execPath, [MAIN], {
        env: { ...env, START_WITHOUT_REVOCATIONS: "yes" },
      });
      await goes.line(
        "ready without the revocations: until they are read, what was issued before this start is refused",
      );
      const { port } = await goes.line("ready");
      const statusOf = async (headers: Record<string, string>): Promise<number> => {
        const answer = await request(`http://127.0.0.1:${Number(port)}/web/home-page`, { headers });
        await answer.body.dump();
        return answer.statusCode;
      };
      const nowS = Math.floor(Date.now() / 1_000);
      const token = async (iat: number) => ({
        Authorization: `Bearer ${await around.issuer.token({ iat })}`,
      });
      const [older, newer] = [await token(nowS - 300), await token(nowS)];
      assert.deepEqual([await statusOf(older), await statusOf(newer)], [401, 200]);
      // As a gateway wrote it that has run for an hour.
      await waits.line("redis is gone");
      assert.equal(waits.lines("ready").length, 0);
      await redis.start();
      connect(redis.port, "127.0.0.1").end(`SET gateway:revocations-since ${nowS - 3_600}\r\n`);
      await waits.line("ready");
      while ((await statusOf(older)) !== 200) await setTimeout(50);
    },
  );

  it("says in a line each which settings are missing", async () => {
    await using gateway = new Program(process.execPath, [MAIN]);
    assert.equal((await gateway.ended).code, 1);
    const lines = gateway.stderr.trimEnd().split("\n");
    for (const name of [
      "WEB_BFF_URL",
      "CATALOG_URL",
      "KEYS_FILE",
      "API_KEYS_FILE",
      "OIDC_ISSUER",
      "OIDC_AUDIENCE",
      "OIDC_CLIENT_ID",
      "PUBLIC_ORIGIN",
    ]) {
      const named = lines.filter((line) => line.startsWith(`gateway cannot start: ${name} is missing`));
      assert.equal(named.length, 1, `${name} in ${gateway.stderr}`);
    }
  });

  it("does not start with a file that is not there, and says so in one line", async () => {
    await using around = await surroundings();
    await using gateway = new Program(process.execPath, [MAIN], {
      env: { ...around.env, KEYS_FILE: "/nowhere/keys.json" },
    });
    assert.equal((await gateway.ended).code, 1);
    assert.equal(
      gateway.stderr,
      "gateway cannot start: /nowhere/keys.json cannot be used: there is no such file\n",
    );
  });
});
