import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { systemClock } from "@triptych/service-kit";
import { RecordingUpstream } from "@triptych/testing";
import { request } from "undici";
import { newTxnKey } from "./testing/gateway-under-test.ts";
import { AUDIENCE, ISSUER, TestIssuer } from "./testing/issuer.ts";

const ring = (): string => `k:${randomBytes(32).toString("base64url")}`;

async function listen(app: RequestListener, cleanup: AsyncDisposableStack): Promise<string> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanup.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

function isExample(value: unknown): value is { app: RequestListener; close: () => Promise<void> } {
  return typeof value === "object" && value !== null && "app" in value && "close" in value;
}

test("the README's example lets a request with a token through to its target, and no other", async () => {
  const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const [, code] = /```ts\n([^]*?)```/.exec(text) ?? [];
  assert.ok(code !== undefined);
  await using cleanup = new AsyncDisposableStack();
  // Inside the package, where its imports resolve.
  const folder = await mkdtemp(join(import.meta.dirname, "readme-"));
  cleanup.defer(async () => rm(folder, { recursive: true }));
  const write = async (file: string, content: unknown): Promise<string> => {
    await writeFile(join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
    return join(folder, file);
  };
  const issuer = new TestIssuer("idp-1", systemClock);
  const target = cleanup.use(new RecordingUpstream());
  Object.assign(process.env, {
    TV_BFF_URL: await target.listen(),
    KEYS_FILE: await write("keys.json", {
      identityKeys: { "tv-bff": ring() },
      txnTokenKeys: [newTxnKey()],
      sessionKeys: ring(),
    }),
    API_KEYS_FILE: await write("api-keys.json", { apiKeys: [] }),
    CONTRACTS_DIR: folder,
    OIDC_ISSUER: ISSUER,
    OIDC_JWKS_URL: await listen((_req, res) => void res.end(JSON.stringify(issuer.jwks)), cleanup),
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_CLIENT_ID: "tv",
    PUBLIC_ORIGIN: "https://tv.example",
    LOG_LEVEL: "silent",
  });
  await write("tv.json", { openapi: "3.1.0", paths: { "/tv/home": { get: {} } } });
  const example: unknown = await import(pathToFileURL(await write("example.ts", code)).href);
  assert.ok(isExample(example));
  cleanup.defer(example.close);
  const url = `${await listen(example.app, cleanup)}/tv/home`;

  assert.equal((await request(url)).statusCode, 401);
  assert.equal(target.requests.length, 0);
  const headers = { Authorization: `Bearer ${await issuer.token()}` };
  assert.equal((await request(url, { headers })).statusCode, 200);
  assert.ok(target.requests[0]?.headers["x-identity"] !== undefined);
});
