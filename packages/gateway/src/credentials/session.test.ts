import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EncryptJWT } from "jose";
import { LIVES, sessionCookie } from "../testing/session-cookie.ts";
import { createSealedCookies, MAX_COOKIE_LENGTH } from "./sealed-cookies.ts";
import type { SessionKey } from "./sealed-cookies.ts";
import { callerOf, newSession, readSession, sealSession } from "./session.ts";
import { CLOCK_SKEW_S } from "./verified-tokens.ts";

const key = (kid: string, fill: number): SessionKey => ({ kid, secret: Buffer.alloc(32, fill) });
const [previous, current] = [key("previous", 1), key("current", 2)];
const NOW_MS = 1_800_000_000_000;
const clock = { wallNow: () => NOW_MS };

describe("a session", () => {
  it("is read back, and its text says nothing", async () => {
    const cookies = createSealedCookies([current], clock);
    const cookie = await sessionCookie(cookies, clock, { user: { userId: "42", scope: "a" } });
    const { kind, userId, scope, issuedAtS, tokenId } = callerOf(await readSession(cookies, cookie));
    assert.deepEqual([kind, userId, scope, issuedAtS], ["session", "42", "a", NOW_MS / 1_000]);
    assert.ok(tokenId);
    const decoded = cookie.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
    assert.ok(!decoded.join("\n").includes(tokenId));
    assert.ok(cookie.length < 500, "it fits into a cookie");
  });

  it("stays good while its key is in the ring, and not after", async () => {
    const cookie = await sessionCookie(createSealedCookies([previous], clock), clock);
    await readSession(createSealedCookies([current, previous], clock), cookie);
    await assert.rejects(readSession(createSealedCookies([current], clock), cookie));
  });

  it("is over after twelve hours", async () => {
    let nowMs = NOW_MS;
    const moving = { wallNow: () => nowMs };
    const cookies = createSealedCookies([current], moving);
    const cookie = await sessionCookie(cookies, moving);
    nowMs += (LIVES.idleS - 1) * 1_000;
    await readSession(cookies, cookie);
    nowMs += 1_000;
    await assert.rejects(readSession(cookies, cookie));
  });

  // Another gateway may have sealed it, so its end is a date. No other clock is shared.
  it("is refused while the date is a day ahead, and good again when the date is right", async () => {
    let jumpedMs = 0;
    const jumping = { wallNow: () => NOW_MS + jumpedMs };
    const cookies = createSealedCookies([current], jumping);
    const cookie = await sessionCookie(cookies, jumping);
    jumpedMs = 25 * 3_600_000;
    await assert.rejects(readSession(cookies, cookie));
    jumpedMs = 0;
    await readSession(cookies, cookie);
  });

  it("of a login while the date was a day ahead is refused once the date is right", async () => {
    let aheadMs = 25 * 3_600_000;
    const ahead = { wallNow: () => NOW_MS + aheadMs };
    const cookies = createSealedCookies([current], ahead);
    const cookie = await sessionCookie(cookies, ahead);
    // A gateway's clock may be a few seconds behind the one that sealed it.
    aheadMs -= CLOCK_SKEW_S * 1_000;
    await readSession(cookies, cookie);
    for (const ms of [aheadMs - 1_000, 3_600_000, 0]) {
      aheadMs = ms;
      await assert.rejects(readSession(cookies, cookie));
    }
  });

  it("that was sealed again while the date was ahead is good, unless it would outlive its revocation", async () => {
    let aheadMs = 0;
    const jumping = { wallNow: () => NOW_MS + aheadMs };
    const cookies = createSealedCookies([current], jumping);
    const session = newSession({ user: { userId: "42" } }, jumping);
    for (const [hours, isGood] of [
      [1, true],
      [25, false],
    ] as const) {
      aheadMs = hours * 3_600_000;
      const sealed = await sealSession(session, { idleS: 43_200, longestS: 604_800 }, cookies, jumping);
      aheadMs = 0;
      const read = readSession(cookies, sealed?.value ?? "");
      assert.equal(
        await read.then(
          () => true,
          () => false,
        ),
        isGood,
        `${hours} h`,
      );
    }
  });

  it("ends when nobody used it, and in any case when its longest life is over", async () => {
    let nowMs = NOW_MS;
    const moving = { wallNow: () => nowMs };
    const cookies = createSealedCookies([current], moving);
    const session = newSession({ user: { userId: "42" } }, moving);
    const lifeS = async () =>
      (await sealSession(session, { idleS: 60, longestS: 100 }, cookies, moving))?.lifeS;
    assert.equal(await lifeS(), 60);
    nowMs += 50_000;
    assert.equal(await lifeS(), 50);
    nowMs += 50_000;
    assert.equal(await lifeS(), undefined);
  });

  it("carries what renews it, and its login, unless browsers would drop the cookie", async () => {
    const cookies = createSealedCookies([current], clock);
    const grantOf = async (refreshToken: string) => {
      const changes = { loginId: "login-1", grant: { refreshToken, renewAtS: 7 } };
      const cookie = await sessionCookie(cookies, clock, changes);
      assert.ok(cookie.length <= MAX_COOKIE_LENGTH);
      const { grant, loginId } = await readSession(cookies, cookie);
      assert.equal(loginId, "login-1");
      return grant;
    };
    assert.deepEqual(await grantOf("r".repeat(2_400)), { refreshToken: "r".repeat(2_400), renewAtS: 7 });
    assert.equal(await grantOf("r".repeat(3_000)), undefined);
  });

  it("is not what was sealed for a login, nor the other way round", async () => {
    const cookies = createSealedCookies([current], clock);
    const login = await cookies.seal("login", { sub: "42", jti: "x" }, 600);
    await assert.rejects(readSession(cookies, login));
    assert.equal(await cookies.open("login", await sessionCookie(cookies, clock), 600), undefined);
  });

  /** A session's token with another header, or with other dates. */
  const encrypted = (header: object, dates: object = { exp: NOW_MS / 1_000 + 60 }): Promise<string> =>
    new EncryptJWT({ sub: "42", jti: "x", iat: NOW_MS / 1_000, ...dates })
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: "current", typ: "session", ...header })
      .encrypt(current.secret);
  const forged: [name: string, make: () => Promise<string> | string][] = [
    ["nothing", () => ""],
    ["no token", () => "abc"],
    ["a huge one", () => "a.".repeat(2_000)],
    [
      "one under a key of somebody else with our kid",
      () => sessionCookie(createSealedCookies([key("current", 9)], clock), clock),
    ],
    ["one with a wrapped key, where ours is used itself", () => encrypted({ alg: "A256GCMKW" })],
    ["one of another encryption", () => encrypted({ enc: "A128CBC-HS256" })],
    ["one without an end", () => encrypted({}, {})],
    [
      "one with a sub that is a path",
      () => sessionCookie(createSealedCookies([current], clock), clock, { user: { userId: "4 2" } }),
    ],
  ];
  for (const [name, make] of forged) {
    it(`is not ${name}`, async () => {
      await assert.rejects(readSession(createSealedCookies([current], clock), await make()));
    });
  }
});
