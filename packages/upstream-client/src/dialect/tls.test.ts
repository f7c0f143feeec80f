import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttp2, createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { FakeClock } from "@triptych/testing";
import { testUpstream } from "../testing/index.ts";
import { clientCredentials } from "./oauth.ts";

const folder = mkdtempSync(join(tmpdir(), "tls-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "ignore", cwd: folder });
}

/** An authority, and a certificate of it for this machine and for a client. */
function makeAuthority(name: string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-days",
    "2",
    "-subj",
    `/CN=${name}`,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.pem`,
  );
  for (const who of ["server", "client"]) {
    const leaf = `${name}-${who}`;
    openssl(
      "req",
      ...key,
      "-subj",
      `/CN=${leaf}`,
      "-addext",
      "subjectAltName=IP:127.0.0.1",
      "-keyout",
      `${leaf}.key`,
      "-out",
      `${leaf}.csr`,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${leaf}.csr`,
      "-days",
      "2",
      "-CA",
      `${name}.pem`,
      "-CAkey",
      `${name}.key`,
      "-copy_extensions",
      "copy",
      "-out",
      `${leaf}.pem`,
    );
  }
}

function made(): boolean {
  try {
    for (const name of ["ours", "theirs"]) makeAuthority(name);
    return true;
  } catch {
    return false;
  }
}

/** Serves while the test runs. */
async function serving(server: Server, scheme: string) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { addresses: [`${scheme}://127.0.0.1:${port}`], [Symbol.dispose]: () => void server.close() };
}

const read = (name: string) => execFileSync("cat", [file(name)]);

describe(
  "a service with certificates of its own",
  { skip: made() ? false : "openssl is not installed" },
  () => {
    const secure = (authority = "ours") =>
      createServer(
        {
          key: read(`${authority}-server.key`),
          cert: read(`${authority}-server.pem`),
          ca: read("ours.pem"),
          requestCert: true,
          rejectUnauthorized: true,
        },
        (_, answer) => void answer.setHeader("content-type", "application/json").end("{}"),
      );
    const tls = {
      caFile: file("ours.pem"),
      certFile: file("ours-client.pem"),
      keyFile: file("ours-client.key"),
    };

    test("is called with its authority and our certificate", async () => {
      using server = await serving(secure(), "https");
      await using things = await testUpstream(() => undefined, { ...server, tls });
      assert.deepEqual(await things.call(), {});
    });

    for (const [what, wrong] of [
      ["without its authority", { ...tls, caFile: undefined }],
      ["with another authority", { ...tls, caFile: file("theirs.pem") }],
      ["without our certificate", { caFile: tls.caFile }],
      [
        "with a certificate of another authority",
        { caFile: tls.caFile, certFile: file("theirs-client.pem"), keyFile: file("theirs-client.key") },
      ],
    ] as const) {
      test(`${what}, the call is unavailable`, async () => {
        using server = await serving(secure(), "https");
        const { caFile, ...client } = wrong;
        const options = {
          ...server,
          tls: { ...client, ...(caFile === undefined ? {} : { caFile }) },
          retry: false,
        } as const;
        await using things = await testUpstream(() => undefined, options);
        assert.equal((await things.failure()).kind, "unavailable");
      });
    }

    test("a certificate that is replaced is used by the next connection", async () => {
      using server = await serving(secure(), "https");
      const [certFile, keyFile] = [file("now.pem"), file("now.key")];
      const use = (authority: string) => {
        copyFileSync(file(`${authority}-client.pem`), certFile);
        copyFileSync(file(`${authority}-client.key`), keyFile);
      };
      use("theirs");
      const clock = new FakeClock();
      const options = { ...server, clock, tls: { ...tls, certFile, keyFile }, retry: false } as const;
      await using things = await testUpstream(() => undefined, options);
      assert.equal((await things.failure()).kind, "unavailable");
      use("ours");
      clock.pass(1_000);
      assert.deepEqual(await things.call(), {});
    });

    test("a token endpoint is called with the same authority and certificate, and HTTP/1", async () => {
      const tokens = createServer(
        {
          key: read("ours-server.key"),
          cert: read("ours-server.pem"),
          ca: read("ours.pem"),
          requestCert: true,
        },
        (_, answer) => {
          answer.setHeader("content-type", "application/json");
          answer.end('{"access_token":"a","token_type":"bearer","expires_in":60}');
        },
      );
      using endpoint = await serving(tokens, "https");
      const seen: unknown[] = [];
      const server2 = createSecureServer(
        { key: read("ours-server.key"), cert: read("ours-server.pem") },
        ({ headers }, answer) => {
          seen.push(headers.authorization);
          answer.setHeader("content-type", "application/json");
          answer.end("{}");
        },
      );
      using server = await serving(server2, "https");
      const [address = ""] = endpoint.addresses;
      const client = { tokenEndpoint: `${address}/token`, clientId: "us", clientSecret: "s3cret" };
      const options = { ...server, tls, http2: true, authenticate: clientCredentials(client) };
      await using things = await testUpstream(() => undefined, options);
      await things.call();
      assert.deepEqual(seen, ["Bearer a"]);
    });

    test("a file that is missing stops the start, and so does a certificate without its key", async () => {
      await assert.rejects(
        testUpstream(() => undefined, { tls: { caFile: file("none.pem") } }),
        /none\.pem/,
      );
      const half = { certFile: tls.certFile };
      await assert.rejects(
        testUpstream(() => undefined, { tls: half }),
        /both certFile and keyFile/,
      );
    });

    test("speaks only HTTP/2 over TLS", async () => {
      const server2 = createSecureServer(
        { key: read("ours-server.key"), cert: read("ours-server.pem"), allowHTTP1: false },
        ({ httpVersion }, answer) => {
          answer.setHeader("content-type", "application/json");
          answer.end(JSON.stringify({ httpVersion }));
        },
      );
      using server = await serving(server2, "https");
      const options = { ...server, tls: { caFile: tls.caFile }, retry: false } as const;
      await using things = await testUpstream(() => undefined, { ...options, http2: true });
      const answers = await Promise.all(["/a", "/b", "/a"].map((path) => things.call({ path })));
      assert.deepEqual(answers, [{ httpVersion: "2.0" }, { httpVersion: "2.0" }, { httpVersion: "2.0" }]);
      await using without = await testUpstream(() => undefined, options);
      assert.notEqual((await without.failure()).kind, "rejected");
    });
  },
);

test("speaks only HTTP/2 without TLS: errors, bodies and deadlines are the same", async () => {
  const server2 = createHttp2(({ url }, answer) => {
    if (url === "/hangs") return;
    answer.statusCode = url === "/missing" ? 404 : 200;
    answer.setHeader("content-type", "application/json");
    answer.end(url === "/large" ? JSON.stringify("a".repeat(2_000_000)) : '{"ok":true}');
  });
  using server = await serving(server2, "http");
  const clock = new FakeClock();
  await using things = await testUpstream(() => undefined, { ...server, http2: true, clock, retry: false });
  assert.deepEqual(await things.call({ method: "POST" }, { input: { body: { a: 1 } } }), { ok: true });
  assert.equal((await things.failure({ path: "/missing" })).rejection, "not-found");
  assert.equal((await things.failure({ path: "/large" })).kind, "invalid");
  const late = things.failure({ path: "/hangs" });
  await new Promise(setImmediate);
  await clock.advanceInTurns(800);
  assert.equal((await late).kind, "timeout");
  assert.deepEqual(await things.call(), { ok: true });
});
