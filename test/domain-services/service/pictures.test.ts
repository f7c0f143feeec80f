import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { catalogService } from "../catalog/main.ts";
import { at, listAt, textAt } from "../testing/json.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { ServiceUnderTest } from "../testing/service-under-test.ts";
import { usersService } from "../users/main.ts";

const ORIGIN = "https://shop.example";
const { x = "" } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
const NEEDS_TOKENS = { txnTokenKeys: { keys: [{ kty: "OKP", crv: "Ed25519", x }] } };

describe("pictures", () => {
  let users: ServiceUnderTest;
  let catalog: ServiceUnderTest;
  let guarded: ServiceUnderTest;
  before(async () => {
    users = await startUnderTest(usersService);
    catalog = await startUnderTest(catalogService);
    guarded = await startUnderTest(usersService, { settings: NEEDS_TOKENS });
  });
  after(async () => {
    await Promise.all([users.stop(), catalog.stop(), guarded.stop()]);
  });

  const pathOf = (address: unknown): string => {
    assert.ok(typeof address === "string" && address.startsWith(`${ORIGIN}/media/`), String(address));
    return address.slice(ORIGIN.length);
  };

  it("are at the addresses that the answers give, small, cacheable, and run nothing", async () => {
    const user = (await users.call("42", "/users/me")).text;
    const { text } = await catalog.call("", "/products/prd_0001");
    const paths = [
      ...["small", "medium", "large"].map((size) => [users, pathOf(at(user, `avatar.${size}`))] as const),
      ...listAt(text, "images").map((image) => [catalog, pathOf(textAt(image, "url"))] as const),
      [catalog, "/media/placeholder.svg"] as const,
    ];
    assert.ok(paths.length >= 6);
    for (const [service, path] of paths) {
      const { status, headers, text: svg } = await service.call("", path);
      assert.equal(status, 200, path);
      assert.equal(headers["content-type"], "image/svg+xml");
      assert.equal(headers["cache-control"], "public, max-age=86400");
      assert.equal(headers["content-security-policy"], "sandbox; default-src 'none'");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      assert.ok(svg.length < 1_000, `${svg.length} bytes`);
      const again = await service.call("", path, { headers: { "if-none-match": String(headers["etag"]) } });
      assert.deepEqual([again.status, again.text], [304, ""]);
    }
  });

  it("are the same in every size, and differ from one user to the next", async () => {
    const drawing = async (path: string) => (await users.call("", path)).text.replace(/^<svg [^>]*>/, "");
    assert.equal(await drawing("/media/avatars/42/ab-64.svg"), await drawing("/media/avatars/42/ab-256.svg"));
    assert.notEqual(
      await drawing("/media/avatars/42/ab-64.svg"),
      await drawing("/media/avatars/7/cd-64.svg"),
    );
  });

  it("need no identity, where all else does", async () => {
    assert.equal((await guarded.call("", "/media/avatars/42/ab-64.svg")).status, 200);
    assert.equal((await guarded.call("42", "/users/me")).status, 401);
  });

  it("are nowhere else", async () => {
    const paths = [
      "a/b.svg",
      "avatars/42/x.svg",
      "avatars/42/ab-64.png",
      "constructor/42/ab-64.svg",
      "avatars/42",
    ];
    for (const path of paths) assert.equal((await users.call("", `/media/${path}`)).status, 404, path);
    assert.equal((await users.admin("GET", "/media/placeholder.svg")).status, 404);
  });
});
