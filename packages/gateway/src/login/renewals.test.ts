import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createLogger, systemClock } from "@triptych/service-kit";
import { CapturedLog, RedisServer, skipWithoutRedis } from "@triptych/testing";
import { createSealedCookies } from "../credentials/sealed-cookies.ts";
import { readSession } from "../credentials/session.ts";
import { runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import { LIVES, sessionCookie } from "../testing/session-cookie.ts";
import type { IdentityProvider, Login } from "./identity-provider.ts";
import { createRenewals, redisRenewals } from "./renewals.ts";
import type { Grant, Session } from "../credentials/logged-in.ts";

const PAGE = "/web/home-page";

type Answer = Login | "ended" | Error;

/**
 * A provider that answers each renewal with the next of these, and lists the tokens it was sent.
 */
function provider(...answers: readonly Answer[]) {
  const sent: string[] = [];
  const renew: IdentityProvider["renew"] = async (user, grant) => {
    const answer = answers[sent.push(grant.refreshToken) - 1] ?? { user };
    // As long as an answer over the network: others come meanwhile.
    await setTimeout(5);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const none = () => Promise.reject(new Error("not in this test"));
  return { sent, begin: none, finish: none, renew, logoutAddress: none, forget: () => Promise.resolve() };
}

const grant = (refreshToken: string, renewAtS: number): { readonly grant: Grant } => ({
  grant: { refreshToken, renewAtS },
});

/** The cookie that an answer sets, as a browser sends it; undefined if it sets none. */
function cookieOf({ headers }: Awaited<ReturnType<GatewayUnderTest["send"]>>): string | undefined {
  return [headers["set-cookie"] ?? []].flat()[0]?.split(";")[0];
}

describe("a session that is to be renewed", () => {
  it("is renewed once, whatever comes at once and a little later, and everybody gets the new cookie", async () => {
    const idp = provider({ user: { userId: "42" }, ...grant("second", 1_800_000_600) });
    await using gateway = await runGateway({ provider: idp });
    const headers = await gateway.session(grant("first", gateway.nowS()));
    const tabs = await Promise.all(Array.from({ length: 10 }, () => gateway.send(PAGE, { headers })));
    gateway.clock.advance(60_000);
    const late = await gateway.send(PAGE, { headers });
    const cookies = new Set([...tabs, late].map(cookieOf));
    assert.deepEqual(
      [...tabs, late].map(({ status }) => status),
      Array(11).fill(200),
    );
    assert.deepEqual([cookies.size, idp.sent], [1, ["first"]]);

    const [Cookie = ""] = cookies;
    assert.equal(cookieOf(await gateway.send(PAGE, { headers: { Cookie } })), undefined);
    gateway.clock.advance(540_000);
    await gateway.send(PAGE, { headers: { Cookie } });
    assert.deepEqual(idp.sent, ["first", "second"]);
  });

  it("has at once what the provider says of its user now", async () => {
    const user = { userId: "42", claims: { tenant: "b" } };
    const idp = provider({ user, ...grant("second", 1_800_000_600) });
    await using gateway = await runGateway({ provider: idp });
    const headers = await gateway.session(grant("first", gateway.nowS()));
    await gateway.send(PAGE, { headers });
    const [, payload = ""] = String(gateway.target.only.headers["x-identity"]).split(".");
    assert.deepEqual(JSON.parse(Buffer.from(payload, "base64url").toString()).claims, { tenant: "b" });
  });

  it("is over when the provider has ended it", async () => {
    const idp = provider("ended");
    await using gateway = await runGateway({ provider: idp });
    const headers = await gateway.session(grant("first", gateway.nowS()));
    for (let times = 0; times < 2; times += 1) {
      assert.equal((await gateway.send(PAGE, { headers })).status, 401);
    }
    const page = await gateway.send(PAGE, { headers: { ...headers, Accept: "text/html" } });
    assert.deepEqual([page.status, idp.sent.length, gateway.target.connections], [303, 1, 0]);
    assert.equal((await gateway.log.waitFor("request"))[0]?.["reason"], "session-ended");
  });

  it("lives on while the provider does not answer, which is asked again half a minute later", async () => {
    const renewed = { user: { userId: "42" }, ...grant("second", 1_800_000_600) };
    const idp = provider(new Error("connection refused"), renewed);
    await using gateway = await runGateway({ provider: idp });
    const headers = await gateway.session(grant("first", gateway.nowS()));
    const ask = async () => {
      const answer = await gateway.send(PAGE, { headers });
      assert.equal(answer.status, 200);
      return cookieOf(answer);
    };
    assert.deepEqual([await ask(), await ask(), idp.sent.length], [undefined, undefined, 1]);
    gateway.clock.advance(30_000);
    assert.ok((await ask()) !== undefined);
    assert.deepEqual(idp.sent, ["first", "first"]);
  });

  it("is not renewed once it is revoked", async () => {
    const idp = provider();
    await using gateway = await runGateway({ provider: idp });
    const headers = await gateway.session({ ...grant("first", gateway.nowS()), id: "s-1" });
    await fetch(`http://127.0.0.1:${gateway.adminPort}/revocations`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind: "token", id: "s-1" }),
    });
    const answer = await gateway.send(PAGE, { headers });
    assert.deepEqual([answer.status, cookieOf(answer), idp.sent], [401, undefined, []]);
  });
});

describe("a session", () => {
  it("moves its idle end with requests, in steps, but not the end of its longest life", async () => {
    const lives = { idleS: 1_000, longestS: 1_500 };
    await using gateway = await runGateway({ lives });
    const { clock } = gateway;
    let { Cookie } = await gateway.session();
    const ask = async () => {
      const answer = await gateway.send(PAGE, { headers: { Cookie } });
      const cookie = cookieOf(answer);
      Cookie = cookie ?? Cookie;
      const [, maxAge] = /Max-Age=(\d+)/.exec(String(answer.headers["set-cookie"])) ?? [];
      return [answer.status, maxAge];
    };
    clock.advance(49_000);
    assert.deepEqual(await ask(), [200, undefined]);
    clock.advance(1_000);
    assert.deepEqual(await ask(), [200, "1000"]);
    clock.advance(900_000);
    assert.deepEqual(await ask(), [200, "550"]);
    clock.advance(500_000);
    assert.deepEqual(await ask(), [200, undefined]);
    clock.advance(50_000);
    assert.deepEqual(await ask(), [401, undefined]);
  });

  it("is described to a page, which is no sign of life", async () => {
    const idp = provider();
    await using gateway = await runGateway({ provider: idp });
    const user = { userId: "auth0|42", claims: { tenant: "acme" } };
    const headers = await gateway.session({ user, ...grant("first", gateway.nowS()), id: "s-1" });
    const ask = async (sent: Record<string, string>) => {
      const answer = await gateway.send("/auth/session", { headers: sent });
      assert.deepEqual([answer.status, answer.headers["cache-control"]], [200, "no-store"]);
      assert.equal(cookieOf(answer), undefined);
      return JSON.parse(answer.text);
    };
    gateway.clock.advance(3_600_000);
    assert.deepEqual(await ask(headers), {
      loggedIn: true,
      ...user,
      loggedInAt: "2027-01-15T08:00:00.000Z",
      endsAt: "2027-01-15T20:00:00.000Z",
    });
    const no = { loggedIn: false };
    assert.deepEqual(await ask({}), no);
    assert.deepEqual(await ask({ Cookie: "__Host-session=abc" }), no);
    assert.deepEqual(await ask({ Cookie: `${headers.Cookie}; ${headers.Cookie}` }), no);
    await gateway.send("/auth/logout", {
      method: "POST",
      headers: { ...headers, "Sec-Fetch-Site": "same-origin" },
    });
    assert.deepEqual(await ask(headers), no);
    assert.deepEqual(idp.sent, []);
  });
});

describe("several gateways", () => {
  const cookies = createSealedCookies([{ kid: "s", secret: Buffer.alloc(32, 3) }], systemClock);
  const due = async (): Promise<Session & { readonly grant: Grant }> => {
    const session = await readSession(cookies, await sessionCookie(cookies, systemClock));
    return { ...session, ...grant("first", 0) };
  };
  const renewals = (idp: Pick<IdentityProvider, "renew">, url: string) => {
    const { logger } = new CapturedLog(createLogger);
    const store = redisRenewals({ url, logger, clock: systemClock });
    const options = { provider: idp, cookies: () => cookies, lives: LIVES, clock: systemClock, logger };
    return { store, renew: createRenewals({ ...options, store }) };
  };

  it("renew a session once together, through Redis", { skip: skipWithoutRedis() }, async () => {
    await using redis = await RedisServer.start();
    const idp = provider({ user: { userId: "42" }, ...grant("second", 1) });
    const gateways = [renewals(idp, redis.url), renewals(idp, redis.url), renewals(idp, redis.url)];
    const session = await due();
    // Until they are connected each would renew for itself.
    for (const { store } of gateways) {
      while ((await store.read("none").catch(() => "gone")) !== null) await setTimeout(10);
    }
    const all = await Promise.all(gateways.map(async ({ renew }) => await renew(session)));
    const sealed = new Set(all.map((each) => (each.kind === "renewed" ? each.sealed.value : each.kind)));
    assert.deepEqual([sealed.size, idp.sent], [1, ["first"]]);
    for (const each of all)
      assert.equal(each.kind === "renewed" && each.session.grant?.refreshToken, "second");
    for (const { store } of gateways) store.close();
  });

  it("renew for themselves while Redis is gone", async () => {
    const idp = provider({ user: { userId: "42" }, ...grant("second", 1) });
    const { store, renew } = renewals(idp, "redis://127.0.0.1:9");
    assert.equal((await renew(await due())).kind, "renewed");
    store.close();
  });
});
