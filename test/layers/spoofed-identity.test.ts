import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { COMPOSITIONS, sharedFront } from "./testing/compositions.ts";
import type { Front } from "./testing/compositions.ts";

/** What an attacker would send who knows our headers. */
const SPOOFED: readonly Record<string, string>[] = [
  { "X-User-Id": "1" },
  { "x-user-id": "1", X_User_Id: "1" },
  { "X-User-Id": "1", "X-Identity": "e30.e30.AAAA", "Txn-Token": "e30.e30.AAAA" },
];

for (const composition of COMPOSITIONS) {
  const has = (role: "web-bff" | "mobile-bff"): boolean => composition.roles.includes(role);

  describe(`a caller who only claims to be a user, in ${composition.name}`, () => {
    let front: Front;
    before(async () => {
      front = await sharedFront(composition);
    });

    async function callsOf(service: "users" | "orders"): Promise<number> {
      const { text } = await front.ask("/calls", {}, front.stack.adminUrl(service));
      const { calls }: Record<string, unknown> = JSON.parse(text);
      assert.ok(Array.isArray(calls), "the service lists the calls that it got");
      return calls.length;
    }

    const doors: [name: string, path: string, origin: () => string | undefined][] = [
      ["the public address", "/web/home-page", () => front.stack.publicOrigin],
      ["the gateway", "/web/home-page", () => front.stack.url(composition.gateway)],
      // In one process the BFFs have no port of their own.
      ...(has("web-bff") ? [door("web-bff", "/web/home-page")] : []),
      ...(has("mobile-bff") ? [door("mobile-bff", "/mobile/home")] : []),
    ];
    function door(bff: "web-bff" | "mobile-bff", path: string): (typeof doors)[number] {
      return [`the ${bff}`, path, () => front.stack.url(bff)];
    }
    for (const [name, path, origin] of doors) {
      for (const headers of SPOOFED) {
        it(`gets 401 at ${name} with ${Object.keys(headers).join(", ")}, and no service is called`, async () => {
          const before = await callsOf("users");
          const { status, text } = await front.ask(path, { headers }, origin());
          assert.equal(status, 401, text);
          assert.equal(JSON.parse(text).detail, "This request carries no valid identity.");
          assert.equal(await callsOf("users"), before);
        });
      }
    }

    for (const headers of SPOOFED) {
      it(`gets 401 from a service directly with ${Object.keys(headers).join(", ")}`, async () => {
        const { status } = await front.ask("/users/me", { headers }, front.stack.url("users"));
        assert.equal(status, 401);
      });
    }

    it("is the token's user in every layer, whatever other headers claim", async () => {
      const spoofed = { "X-User-Id": "1", "X-Identity": "a.b.c", "Txn-Token": "a.b.c" };
      const headers = { ...(await front.bearer("42")), ...spoofed };
      const { status, text } = await unlessHeldUp(() => front.ask("/api/v1/users/me", { headers }));
      assert.equal(status, 200, text);
      assert.equal(JSON.parse(text).id, "42");
    });

    it("reaches all four services with a valid token, which each of them checks", async () => {
      const headers = { ...(await front.bearer("42")), Accept: "application/json" };
      const { status, text } = await unlessHeldUp(() => front.ask("/web/home-page", { headers }));
      assert.equal(status, 200, text);
      assert.deepEqual(JSON.parse(text).degraded, []);
    });
  });
}
