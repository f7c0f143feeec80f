import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { ROOT, startStack } from "@triptych/cli/stack";
import { publicHalf } from "@triptych/identity";
import type { TxnKey } from "@triptych/identity";
import { Program, accepts, freePorts, listen } from "@triptych/testing";
import { SignJWT } from "jose";

const HOST = "127.0.0.1";
const NGINX = "/usr/sbin/nginx";

/** What the command is told, besides the gateway's address. */
interface Tried {
  readonly env: { readonly IDENTITY_KEYS: string; readonly TXN_TOKEN_JWKS: string };
  readonly bffPort: number;
  readonly token: string;
  /** A path that is open without a login. */
  readonly visitors?: string;
}

/** Runs the command as a person would. */
async function check(gateway: string, { env, bffPort, token, visitors }: Tried) {
  const main = join(ROOT, "packages/cli/src/main.ts");
  const paths = ["--path", "/web/home-page", "--post", "/web/orders/1/cancel"];
  const sent = ["--body", '{"reason":"changed_mind"}', "--header", `Authorization: Bearer ${token}`];
  const open = visitors === undefined ? [] : ["--visitors", visitors];
  const flags = ["--user", "42", "--listen", `${HOST}:${bffPort}`, "--wait", "20"];
  await using command = new Program(
    process.execPath,
    [main, "check-gateway", gateway, ...paths, ...open, ...sent, ...flags],
    { env },
  );
  const { code } = await command.ended;
  const named = (verdict: string) =>
    [...command.output.matchAll(new RegExp(`^${verdict.padEnd(9)}  (.*)$`, "gm"))].map(([, name]) => name);
  return {
    code,
    output: command.output,
    wrong: named("wrong"),
    others: [...named("advice"), ...named("not tried")],
  };
}

describe("triptych check-gateway", () => {
  it("finds nothing at this repository's gateway", async () => {
    const [bffPort = 0] = await freePorts(1);
    const roles = ["identity-provider", "gateway"];
    const gateway = { WEB_BFF_URL: `http://${HOST}:${bffPort}` };
    const stack = await startStack({ ports: "free", roles, roleEnv: { gateway } });
    try {
      const keys = JSON.parse(await readFile(join(dirname(stack.logDir), "gateway-keys.json"), "utf8"));
      const login = `${stack.url("identity-provider")}/development-token`;
      const answer = await fetch(login, { method: "POST", body: new URLSearchParams({ user: "42" }) });
      const { access_token: token } = Object(await answer.json());
      const txnKeys: TxnKey[] = keys.txnTokenKeys;
      const TXN_TOKEN_JWKS = JSON.stringify({ keys: txnKeys.map(publicHalf) });
      const env = { IDENTITY_KEYS: String(keys.identityKeys["web-bff"]), TXN_TOKEN_JWKS };
      const { code, output, wrong, others } = await check(stack.url("gateway"), {
        env,
        bffPort,
        token,
        visitors: "/web/products/p1",
      });
      assert.deepEqual([wrong, others], [[], []], output);
      assert.equal(code, 0);
    } finally {
      await stack.stop();
    }
  });

  const noNginx = spawnSync(NGINX, ["-v"]).status === 0 ? false : "nginx is not installed";
  it("finds nothing at nginx with a small signer", { skip: noNginx }, async () => {
    const [bffPort = 0, signerPort = 0, port = 0] = await freePorts(3);
    const company = await newCompany();
    const dir = await mkdtemp(join(tmpdir(), "own-gateway-"));
    await using cleanUp = new AsyncDisposableStack();
    cleanUp.defer(() => rm(dir, { recursive: true, force: true }));
    const env = { PORT: String(signerPort), ...company.signerEnv };
    const signer = new Program(process.execPath, [join(import.meta.dirname, "signer/main.ts")], { env });
    cleanUp.use(signer);
    await signer.said("the signer listens");
    const template = await readFile(join(import.meta.dirname, "nginx.conf.template"), "utf8");
    const places = { LISTEN: port, BFF: bffPort, SIGNER: signerPort };
    const filled = Object.entries(places).reduce(
      (text, [name, place]) => text.replaceAll(`\${${name}}`, `${HOST}:${place}`),
      template,
    );
    await writeFile(join(dir, "nginx.conf"), filled);
    const args = ["-p", `${dir}/`, "-c", join(dir, "nginx.conf"), "-e", "stderr"];
    const nginx = new Program(NGINX, args, { logFile: join(dir, "log") });
    cleanUp.defer(() => nginx.stop("SIGTERM", 1_000));
    await nginx.until(() => accepts(port));
    const { code, output, wrong, others } = await check(`http://${HOST}:${port}`, { ...company, bffPort });
    assert.deepEqual([wrong, others.filter((name) => !name?.includes("visitor"))], [[], []], output);
    assert.equal(code, 0);
  });

  it("finds what a proxy that forwards everything does wrong", async () => {
    const [bffPort = 0] = await freePorts(1);
    const proxy = createServer((req, res) => {
      const { method, url: path, rawHeaders: headers } = req;
      const sent = request({ host: HOST, port: bffPort, method, path, headers: [...headers] }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      });
      sent.on("error", () => res.writeHead(502).end());
      req.pipe(sent);
    });
    const port = await listen(proxy);
    try {
      const { code, output, wrong } = await check(`http://${HOST}:${port}`, {
        ...(await newCompany()),
        bffPort,
      });
      assert.deepEqual(
        wrong,
        [
          "a request with credentials",
          "a request without credentials (missing identity)",
          "credentials that were changed on the way",
          "a forged X-Identity without credentials",
          "credentials",
          "headers that only a gateway may set",
          "a BFF that does not answer",
          "the client's trace state",
        ],
        output,
      );
      assert.equal(code, 1);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

/** A company's own login and keys. */
async function newCompany() {
  const login = generateKeyPairSync("ed25519");
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const txnKey: TxnKey = { kty: "OKP", crv: "Ed25519", kid: "t1", x, d };
  const IDENTITY_KEYS = `k1:${randomBytes(32).toString("base64url")}`;
  const token = await new SignJWT({ sub: "42", iss: "https://login.acme.example", aud: "web" })
    .setProtectedHeader({ alg: "EdDSA", kid: "login", typ: "at+jwt" })
    .setExpirationTime("10m")
    .sign(login.privateKey);
  const publicKey = { ...login.publicKey.export({ format: "jwk" }), kid: "login", alg: "EdDSA" };
  return {
    token,
    env: { IDENTITY_KEYS, TXN_TOKEN_JWKS: JSON.stringify({ keys: [publicHalf(txnKey)] }) },
    signerEnv: {
      IDENTITY_KEYS,
      TXN_TOKEN_KEY: JSON.stringify(txnKey),
      LOGIN_JWKS: JSON.stringify({ keys: [publicKey] }),
    },
  };
}
