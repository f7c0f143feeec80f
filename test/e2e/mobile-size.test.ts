import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { home } from "@triptych/mobile-bff/screens/home.ts";
import { request } from "undici";
import { freshSystem } from "./testing/shared-system.ts";
import { SERVICES } from "./testing/running-stack.ts";
import type { System } from "./testing/system.ts";

/**
 * The ordinary case, five scripts, 64 orders, no order, one order, an unknown locale
 * (see the services' README).
 */
const USERS = ["1", "2", "3", "13", "4", "5", "6", "14", "15", "7", "8", "9", "10", "11", "12", "42"];

const CODINGS = [
  ["gzip", (body: Buffer) => gzipSync(body).length, gunzipSync],
  // The services' bodies as small as brotli can make them, though the screen itself is compressed
  // in a tenth of the time.
  ["br", (body: Buffer) => brotliCompressSync(body).length, brotliDecompressSync],
] as const;

describe("the mobile home screen", () => {
  let system: System;
  before(async () => {
    system = await freshSystem();
  });

  const get = async (url: string, headers: Readonly<Record<string, string>>): Promise<Buffer> => {
    const { statusCode, body } = await request(url, { headers });
    const bytes = Buffer.from(await body.arrayBuffer());
    assert.equal(statusCode, 200, `${url}: ${bytes.toString()}`);
    return bytes;
  };

  /** A screen's bytes as they cross the network. */
  const screen = (
    bff: "mobile-bff" | "web-bff",
    path: string,
    user: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<Buffer> => {
    const { stack } = system;
    return get(`${stack.url(bff)}${path}`, { "x-identity": stack.identity(user, bff), ...headers });
  };

  /** What the services sent for the last screen: they are asked for it again. */
  const sentBodies = async (user: string): Promise<readonly Buffer[]> => {
    const bodies: Buffer[] = [];
    for (const name of SERVICES) {
      for (const { path } of await system.services[name].calls()) {
        bodies.push(await get(`${system.stack.url(name)}${path}`, { "x-user-id": user }));
      }
    }
    return bodies;
  };

  for (const [coding, compressed, decompressed] of CODINGS) {
    for (const user of USERS) {
      it(`is at most a tenth of what the services sent, and a third of the web's page, in ${coding}, for user ${user}`, async () => {
        await system.forgetCalls();
        const headers = { "accept-encoding": coding };
        const mobile = await screen("mobile-bff", "/mobile/home", user, headers);
        const sent = await sentBodies(user);
        const { upstreamCalls, bytes } = home.budget;
        assert.ok(sent.length >= 3 && sent.length <= upstreamCalls, `${sent.length} calls`);
        const sentBytes = sent.reduce((sum, body) => sum + compressed(body), 0);
        const page = await screen("web-bff", "/web/home-page", user, { ...headers, accept: "text/html" });
        assert.ok(decompressed(mobile).length <= bytes, "within its budget");
        assert.ok(mobile.length * 10 <= sentBytes, `${mobile.length} bytes of ${sentBytes}`);
        assert.ok(mobile.length * 3 <= page.length, `${mobile.length} bytes, the page has ${page.length}`);
      });
    }
  }
});
