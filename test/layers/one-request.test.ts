import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { before, describe, it } from "node:test";
import { unlessHeldUp } from "../e2e/testing/patience.ts";
import { COMPOSITIONS, sharedFront } from "./testing/compositions.ts";
import type { Answer } from "../e2e/testing/client.ts";
import type { Front } from "./testing/compositions.ts";

const JSON_BODY = { "Content-Type": "application/json" };

/** A header that may occur more than once, as one text. */
const said = (reply: Answer, name: string): string => [reply.headers[name] ?? ""].flat().join(", ");

for (const composition of COMPOSITIONS) {
  describe(`one request through ${composition.name}`, () => {
    let front: Front;
    before(async () => {
      front = await sharedFront(composition);
      // The first page of a process is slow: nothing is connected or compiled yet.
      for (const path of ["/web/home-page", "/mobile/home"]) await page(path, "8");
    });

    const json = async (user: string): Promise<Record<string, string>> => ({
      ...(await front.bearer(user)),
      Accept: "application/json",
    });

    /** A page that no part missed because of a deadline. */
    const page = async (path: string, user: string): Promise<Answer> => {
      const headers = await json(user);
      return unlessHeldUp(() => front.ask(path, { headers }));
    };

    /** The request's only line in the access log, which names the layer that answered. */
    async function lineOf(reply: Answer): Promise<Record<string, unknown>> {
      const [line, ...more] = await front.accessLines(said(reply, "x-request-id"));
      assert.ok(line);
      assert.deepEqual(more, [], "one access log line for one request");
      return line;
    }

    it("gives each client its own answer, names the BFF that made it, and logs one line", async () => {
      const query = { method: "POST", body: '{"query":"{ viewer { id } }"}' } as const;
      const answers: [bff: string, reply: Answer, member: string][] = [
        ["web-bff", await page("/web/home-page", "42"), "recentOrders"],
        ["mobile-bff", await page("/mobile/home", "42"), "picks"],
        [
          "partner-bff",
          await front.ask("/partner/graphql", {
            ...query,
            headers: { ...(await front.apiKey()), ...JSON_BODY },
          }),
          "data",
        ],
      ];
      for (const [bff, reply, member] of answers) {
        assert.equal(reply.status, 200, reply.text);
        assert.ok(member in JSON.parse(reply.text), `${bff}: ${reply.text}`);
        assert.ok(said(reply, "server-timing").split(", ").includes(bff), said(reply, "server-timing"));
        assert.equal((await lineOf(reply))["layer"], bff);
      }
    });

    it("is counted once", async () => {
      const count = async (): Promise<number> => {
        const text = await front.metrics();
        const counts = text.matchAll(/^http_request_duration_seconds_count\{.*\} (\d+)$/gm);
        return [...counts].reduce((sum, [, each]) => sum + Number(each), 0);
      };
      const before = await count();
      await lineOf(await front.ask("/web/home-page", { headers: await json("42") }));
      assert.equal(await count(), before + 1);
    });

    it("shows the pictures of its answer to anyone, and the placeholder", async () => {
      const { profile, picks } = JSON.parse((await page("/mobile/home", "42")).text);
      const addresses = [
        profile.avatar,
        ...picks.map(({ image }: { image: string }) => image),
        `${front.stack.publicOrigin}/media/placeholder.svg`,
      ];
      for (const address of addresses) {
        const { origin, pathname } = new URL(address);
        assert.equal(origin, front.stack.publicOrigin);
        const picture = await front.ask(pathname);
        assert.equal(picture.status, 200, picture.text);
        assert.equal(said(picture, "content-type"), "image/svg+xml");
        assert.match(said(picture, "cache-control"), /^public, max-age=\d+$/);
        assert.equal(said(picture, "content-security-policy"), "sandbox; default-src 'none'");
        assert.equal(said(picture, "x-content-type-options"), "nosniff");
      }
      // A credential, even a wrong one, is not looked at and does not reach the service.
      const headers = { Authorization: "Bearer a.b.c", "X-User-Id": "7" };
      assert.equal((await front.ask("/media/placeholder.svg", { headers })).status, 200);
      assert.equal((await front.ask("/media/users/me")).status, 404);
      assert.equal((await front.ask("/media/placeholder.svg", { method: "POST" })).status, 405);
    });

    it("is refused by the responsible layer, which names itself", async () => {
      const bearer = await json("42");
      const refusals: [status: number, who: string, path: string, headers: Record<string, string>][] = [
        [401, 'gateway;desc="authentication"', "/mobile/home", {}],
        [400, 'gateway;desc="validation"', "/mobile/home?x=1", bearer],
        [401, 'gateway;desc="authentication"', "/mobile/home", { Authorization: "Bearer a.b.c" }],
        [404, 'web-bff;desc="answered 404"', "/web/orders/none", bearer],
        [404, 'mobile-bff;desc="answered 404"', "/mobile/orders/none", bearer],
      ];
      for (const [status, who, path, headers] of refusals) {
        const reply = await unlessHeldUp(() => front.ask(path, { headers }));
        assert.equal(reply.status, status, reply.text);
        assert.ok(said(reply, "server-timing").split(", ").includes(who), said(reply, "server-timing"));
        await lineOf(reply);
      }
    });

    for (const way of ["with its length", "in chunks"]) {
      it(`forwards a body ${way} to the service, once per idempotency key`, async () => {
        const headers = {
          ...(await json(way === "in chunks" ? "2" : "1009")),
          ...JSON_BODY,
          "Idempotency-Key": `key-${way.length}-abcdef`,
        };
        const home = await page("/web/home-page", way === "in chunks" ? "2" : "1009");
        const [order] = JSON.parse(home.text).recentOrders;
        const text = '{"reason":"changed_mind"}';
        const cancel = async (): Promise<Answer> =>
          front.ask(`/web/orders/${order.id}/cancel`, {
            method: "POST",
            headers,
            body: way === "in chunks" ? Readable.from([text.slice(0, 5), text.slice(5)]) : text,
          });
        const first = await cancel();
        assert.equal(first.status, 200, first.text);
        assert.equal(JSON.parse(first.text).order.status, "cancelled");
        const second = await cancel();
        assert.deepEqual(JSON.parse(second.text).order, JSON.parse(first.text).order);
      });
    }

    it("is refused for a user who was revoked at the admin port, and only for that user", async () => {
      const headers = await json("9");
      assert.equal((await page("/mobile/home", "9")).status, 200);
      const revoked = await front.ask(
        "/revocations",
        { method: "POST", headers: JSON_BODY, body: '{"kind":"user","id":"9"}' },
        front.stack.adminUrl(composition.gateway),
      );
      assert.equal(revoked.status, 204);
      const refused = await front.ask("/mobile/home", { headers });
      assert.equal(refused.status, 401);
      assert.ok(said(refused, "server-timing").includes('gateway;desc="revocation"'));
      assert.equal((await page("/mobile/home", "8")).status, 200);
    });

    it("counts against the limit of its user, across the clients", async () => {
      const headers = await json("10");
      const first = await front.ask("/mobile/home", { headers });
      const second = await front.ask("/mobile/home", { headers });
      const left = (reply: Answer): number => Number(/"user";r=(\d+)/.exec(said(reply, "ratelimit"))?.[1]);
      assert.equal(left(second), left(first) - 1);
    });

    it("is answered completely by a process that is stopping", async () => {
      // Slower than the stop, faster than the screen's deadline.
      await front.ask(
        "/switches",
        { method: "PUT", headers: JSON_BODY, body: '{"delay":{"ms":300}}' },
        front.stack.adminUrl("users"),
      );
      const slow = front.ask("/mobile/home", { headers: await json("13") });
      await arrived(front, "13");
      await front.stack.restart(composition.gateway);
      assert.equal((await slow).status, 200);
    });
  });
}

/** Waits until the users service has been asked for a user. */
async function arrived(front: Front, user: string): Promise<void> {
  for (;;) {
    const { text } = await front.ask("/calls", {}, front.stack.adminUrl("users"));
    if (text.includes(`"x-user-id":"${user}"`)) return;
  }
}
