import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EncryptJWT } from "jose";
import { createSealedCookies, MAX_SESSION_LIFE_S, newSession, readSession } from "./session.ts";
import type { SessionKey } from "./session.ts";
import { CLOCK_SKEW_S } from "./verified-tokens.ts";

const key = (kid: string, fill: number): SessionKey => ({ kid, secret: Buffer.alloc(32, fill) });
const [previous, current] = [key("previous", 1), key("current", 2)];
const NOW_MS = 1_800_000_000_000;

describe("a session", () => {
  it("is read back, and its text says nothing", async () => {
    const cookies = createSealedCookies([current], { wallNow: () => NOW_MS });
    const cookie = await newSession(cookies, { userId: "42", scope: "a" });
    const { kind, userId, scope, issuedAtS, tokenId } = await readSession(cookies, cookie);
    assert.deepEqual([kind, userId, scope, issuedAtS], ["session", "42", "a", NOW_MS / 1_000]);
    assert.ok(tokenId);
    const decoded = cookie.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
    assert.ok(!decoded.join("\n").includes(tokenId));
    assert.ok(cookie.length < 500, "it fits into a cookie");
  });

  it("stays good while its key is in the ring, and not after", async () => {
    const cookie = await newSession(createSealedCookies([previous], { wallNow: () => NOW_MS }), {
      userId: "42",
    });
    await readSession(createSealedCookies([current, previous], { wallNow: () => NOW_MS }), cookie);
    await assert.rejects(readSession(createSealedCookies([current], { wallNow: () => NOW_MS }), cookie));
  });

  it("is over after twelve hours", async () => {
    let nowMs = NOW_MS;
    const cookies = createSealedCookies([current], { wallNow: () => nowMs });
    const cookie = await newSession(cookies, { userId: "42" });
    nowMs += (MAX_SESSION_LIFE_S - 1) * 1_000;
    await readSession(cookies, cookie);
    nowMs += 1_000;
    await assert.rejects(readSession(cookies, cookie));
  });

  // Another gateway may have sealed it, so its end is a date. No other clock is shared.
  it("is refused while the date is a day ahead, and good again when the date is right", async () => {
    let jumpedMs = 0;
    const cookies = createSealedCookies([current], { wallNow: () => NOW_MS + jumpedMs });
    const cookie = await newSession(cookies, { userId: "42" });
    jumpedMs = 25 * 3_600_000;
    await assert.rejects(readSession(cookies, cookie));
    jumpedMs = 0;
    await readSession(cookies, cookie);
  });

  it("of a login while the date was a day ahead is refused once the date is right", async () => {
    let aheadMs = 25 * 3_600_000;
    const cookies = createSealedCookies([current], { wallNow: () => NOW_MS + aheadMs });
    const cookie = await newSession(cookies, { userId: "42" });
    // A gateway's clock may be a few seconds behind the one that sealed it.
    aheadMs -= CLOCK_SKEW_S * 1_000;
    await readSession(cookies, cookie);
    for (const ms of [aheadMs - 1_000, 3_600_000, 0]) {
      aheadMs = ms;
      await assert.rejects(readSession(cookies, cookie));
    }
  });

  it("is not what was sealed for a login, nor the other way round", async () => {
    const cookies = createSealedCookies([current], { wallNow: () => NOW_MS });
    const login = await cookies.seal("login", { sub: "42", jti: "x" }, 600);
    await assert.rejects(readSession(cookies, login));
    assert.equal(await cookies.open("login", await newSession(cookies, { userId: "42" })), undefined);
  });

  const forged: [name: string, make: () => Promise<string> | string][] = [
    ["nothing", () => ""],
    ["no token", () => "abc"],
    ["a huge one", () => "a.".repeat(2_000)],
    [
      "one under a key of somebody else with our kid",
      () => newSession(createSealedCookies([key("current", 9)], { wallNow: () => NOW_MS }), { userId: "42" }),
    ],
    [
      "one with a wrapped key, where ours is used itself",
      () =>
        new EncryptJWT({ sub: "42", jti: "x" })
          .setProtectedHeader({ alg: "A256GCMKW", enc: "A256GCM", kid: "current", typ: "session" })
          .setIssuedAt(NOW_MS / 1_000)
          .setExpirationTime(NOW_MS / 1_000 + 60)
          .encrypt(current.secret),
    ],
    [
      "one of another encryption",
      () =>
        new EncryptJWT({ sub: "42", jti: "x" })
          .setProtectedHeader({ alg: "dir", enc: "A128CBC-HS256", kid: "current", typ: "session" })
          .setIssuedAt(NOW_MS / 1_000)
          .setExpirationTime(NOW_MS / 1_000 + 60)
          .encrypt(current.secret),
    ],
    [
      "one without an end",
      () =>
        new EncryptJWT({ sub: "42", jti: "x" })
          .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: "current", typ: "session" })
          .setIssuedAt(NOW_MS / 1_000)
          .encrypt(current.secret),
    ],
    [
      "one with a sub that is a path",
      () => newSession(createSealedCookies([current], { wallNow: () => NOW_MS }), { userId: "4 2" }),
    ],
  ];
  for (const [name, make] of forged) {
    it(`is not ${name}`, async () => {
      await assert.rejects(
        readSession(createSealedCookies([current], { wallNow: () => NOW_MS }), await make()),
      );
    });
  }
});
