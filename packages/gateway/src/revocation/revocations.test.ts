import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createLogger, secondsOf } from "@triptych/service-kit";
import { CapturedLog, FakeClock } from "@triptych/testing";
import { request } from "undici";
import { LONGEST_TOKEN_LIFE_S } from "../issuers/profile.ts";
import { LONGEST_IDLE_S } from "../credentials/session.ts";
import { CLOCK_SKEW_S } from "../credentials/verified-tokens.ts";
import { API_KEY, runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import { localRevocations } from "./local-revocations.ts";
import { LONGEST_LIFE_S, RevocationList } from "./revocation-list.ts";

async function revoke(gateway: GatewayUnderTest, revocation: unknown): Promise<number> {
  const { statusCode, body } = await request(`http://127.0.0.1:${gateway.adminPort}/revocations`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(revocation),
  });
  await body.dump();
  return statusCode;
}

const statusOf = async (gateway: GatewayUnderTest, headers: Record<string, string>): Promise<number> =>
  (await gateway.send("/web/home-page", { headers })).status;

describe("a revocation", () => {
  it("of a token ends that token and no other of its user", async () => {
    await using gateway = await runGateway();
    const [one, other] = [await gateway.bearer({ jti: "one" }), await gateway.bearer({ jti: "other" })];
    // Also of one that was verified before, which is not verified again.
    for (let time = 0; time < 3; time += 1) assert.equal(await statusOf(gateway, one), 200);
    assert.equal(await revoke(gateway, { kind: "token", id: "one" }), 204);
    const answer = await gateway.send("/web/home-page", { headers: one });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers["server-timing"], 'gateway;desc="revocation"');
    assert.equal(JSON.parse(answer.text).detail, "This request carries no valid identity.");
    assert.equal(await statusOf(gateway, other), 200);
    assert.equal(gateway.target.requests.length, 4);
  });

  it("of a user ends all tokens and sessions until now, and none of later", async () => {
    await using gateway = await runGateway();
    const [token, session] = [await gateway.bearer(), await gateway.session()];
    assert.equal(await statusOf(gateway, session), 200);
    await revoke(gateway, { kind: "user", id: "42" });
    assert.deepEqual([await statusOf(gateway, token), await statusOf(gateway, session)], [401, 401]);
    assert.equal(await statusOf(gateway, await gateway.session({ user: { userId: "43" } })), 200);
    // An identity provider's clock may be 5 s ahead: what it issued until now has a date until
    // then.
    gateway.clock.advance(5_000);
    assert.equal(await statusOf(gateway, await gateway.bearer()), 401);
    gateway.clock.advance(1_000);
    assert.equal(await statusOf(gateway, await gateway.bearer()), 200);
    assert.equal(await statusOf(gateway, await gateway.session()), 200);
  });

  it("of an API key ends the key, also beside a token", async () => {
    await using gateway = await runGateway();
    const ask = async (headers: Record<string, string>) =>
      (await gateway.send("/api/v2/recommendations", { headers })).status;
    const withToken = { "X-API-Key": API_KEY, ...(await gateway.bearer()) };
    assert.equal(await ask({ "X-API-Key": API_KEY }), 200);
    await revoke(gateway, { kind: "api-key", id: "acme" });
    assert.deepEqual([await ask({ "X-API-Key": API_KEY }), await ask(withToken)], [401, 401]);
    assert.equal(await ask(await gateway.bearer()), 200);
  });

  it("that is none is refused", async () => {
    await using gateway = await runGateway();
    for (const wrong of [
      {},
      [],
      { kind: "token" },
      { kind: "token", id: "" },
      { kind: "token", id: "a b" },
      { kind: "everybody", id: "1" },
      { kind: "token", id: 1 },
    ]) {
      assert.equal(await revoke(gateway, wrong), 400, JSON.stringify(wrong));
    }
  });

  it("cannot be made on the public port", async () => {
    await using gateway = await runGateway();
    const answer = await gateway.send("/revocations", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"kind":"token","id":"x"}',
    });
    assert.equal(answer.status, 404);
  });
});

describe("the list of revocations", () => {
  const caller = { kind: "bearer", userId: "1", tokenId: "t" } as const;

  it("forgets tokens and users once nothing of theirs can be alive, and API keys never", () => {
    const clock = new FakeClock();
    const list = new RevocationList(clock);
    list.add({ kind: "token", id: "old" });
    list.add({ kind: "user", id: "1", untilS: secondsOf(clock) + CLOCK_SKEW_S });
    list.add({ kind: "api-key", id: "acme" });
    clock.advance(LONGEST_LIFE_S * 1_000 - 1);
    list.add({ kind: "token", id: "new" });
    assert.deepEqual(list.size, { tokens: 2, users: 1, apiKeys: 1 });
    clock.advance(1);
    list.add({ kind: "token", id: "newer" });
    assert.deepEqual(list.size, { tokens: 2, users: 0, apiKeys: 1 });
  });

  it("remembers for longer than a session or a token can live after a revocation", () => {
    assert.ok(LONGEST_LIFE_S >= LONGEST_IDLE_S + 2 * CLOCK_SKEW_S);
    assert.ok(LONGEST_LIFE_S >= LONGEST_TOKEN_LIFE_S + 2 * CLOCK_SKEW_S);
  });

  it("keeps the later of two revocations of a user", () => {
    const list = new RevocationList(new FakeClock({ startsAt: 1_000_000 }));
    list.readSince(0);
    list.add({ kind: "user", id: "1", untilS: 900 });
    list.add({ kind: "user", id: "1", untilS: 800 });
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 900 }), "user");
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 901 }), undefined);
  });

  it("forgets nothing when the date jumps, forward or back", () => {
    const clock = new FakeClock();
    const list = new RevocationList(clock);
    list.add({ kind: "token", id: "t" });
    list.add({ kind: "user", id: "1", untilS: 900 });
    for (const hours of [25, -25, -25, 25, 10_000, -10_000]) {
      clock.jumpDate(hours * 3_600_000);
      list.add({ kind: "token", id: `at ${hours}` });
      assert.equal(list.reasonFor(caller), "token");
      assert.equal(list.reasonFor({ ...caller, tokenId: "other", issuedAtS: 900 }), "user");
    }
  });

  it("remembers for as long as a session lives by a date that went back", () => {
    const clock = new FakeClock();
    const list = new RevocationList(clock);
    list.add({ kind: "token", id: "t" });
    clock.jumpDate(-3_600_000);
    clock.advance((LONGEST_LIFE_S + 3_599) * 1_000);
    list.add({ kind: "token", id: "another" });
    assert.equal(list.reasonFor(caller), "token");
    clock.advance(1_000);
    list.add({ kind: "token", id: "a third" });
    assert.equal(list.size.tokens, 2);
  });

  it("tells others for as long as it remembers what was sealed while the date was ahead", () => {
    const clock = new FakeClock();
    const list = new RevocationList(clock);
    list.add({ kind: "token", id: "t" }, secondsOf(clock) + 25 * 3_600);
    clock.advance(LONGEST_LIFE_S * 1_000);
    assert.deepEqual([list.entries().length, list.reasonFor(caller)], [1, "token"]);
    clock.advance(25 * 3_600_000);
    assert.deepEqual([list.entries().length, list.reasonFor(caller)], [0, undefined]);
  });

  it("tells others what it knows also while the date is ahead, and nothing that ended before it came", () => {
    const clock = new FakeClock({ startsAt: 3_600_000_000 });
    const list = new RevocationList(clock);
    list.add({ kind: "token", id: "ended" }, 3_600_000 - LONGEST_LIFE_S);
    list.add({ kind: "token", id: "old" }, 3_600_001 - LONGEST_LIFE_S);
    list.add({ kind: "token", id: "t" });
    clock.jumpDate(25 * 3_600_000);
    const told = () => list.entries().map(({ revocation }) => revocation.id);
    assert.deepEqual(told(), ["old", "t"]);
    clock.advance(1_000);
    assert.deepEqual(told(), ["t"]);
  });

  it("refuses what was issued before it began, in today's date, and accepts it when the past is read", () => {
    const clock = new FakeClock({ startsAt: 3_600_000_000 });
    const list = new RevocationList(clock);
    clock.advance(600_000);
    const old = { ...caller, issuedAtS: 3_599_999 };
    assert.equal(list.reasonFor(old), "unknown-past");
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 3_600_000 }), undefined);
    // A start with a date an hour ahead: once the date is right, the start was an hour earlier.
    clock.jumpDate(-3_600_000);
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 3_596_400 }), undefined);
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 3_596_399 }), "unknown-past");
    list.readSince(3_000_000);
    assert.equal(list.reasonFor({ ...caller, issuedAtS: 3_000_000 }), undefined);
    list.readSince(3_300_000);
    assert.equal(list.sinceS, 3_000_000, "what was read stays read");
  });
});

describe("a single gateway's revocations", () => {
  async function fileOf(): Promise<AsyncDisposable & { readonly file: string }> {
    const dir = await mkdtemp(join(tmpdir(), "revocations-"));
    return { file: join(dir, "file"), [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
  }
  const caller = { kind: "session", userId: "1", tokenId: "t" } as const;
  const open = (file: string | undefined, clock: FakeClock, log = new CapturedLog(createLogger)) =>
    localRevocations({ file, logger: log.logger, clock });

  it("are in the file, so that a restart knows them and what was issued before", async () => {
    await using dir = await fileOf();
    const clock = new FakeClock();
    const issuedAtS = Math.floor(clock.wallNow() / 1_000);
    const before = open(dir.file, clock);
    for (const revocation of [
      { kind: "token", id: "t" },
      { kind: "user", id: "2", untilS: issuedAtS + 5 },
      { kind: "api-key", id: "acme" },
    ] as const) {
      assert.equal(await before.revoke(revocation), "everywhere");
    }
    await before.close();
    clock.advance(3_600_000);
    const after = open(dir.file, clock);
    const { tokens, users, apiKeys } = after.state;
    assert.deepEqual([tokens, users, apiKeys], [1, 1, 1]);
    assert.equal(after.reasonFor({ ...caller, issuedAtS }), "token");
    assert.equal(after.reasonFor({ ...caller, tokenId: "other", issuedAtS }), undefined);
    assert.equal(after.reasonFor({ ...caller, tokenId: "other", issuedAtS: issuedAtS - 1 }), "unknown-past");
  });

  it("outlive a start while the date is a day ahead, or a year", async () => {
    for (const aheadMs of [25 * 3_600_000, 365 * 86_400_000]) {
      await using dir = await fileOf();
      const clock = new FakeClock();
      const before = open(dir.file, clock);
      await before.revoke({ kind: "token", id: "t" });
      await before.close();
      clock.jumpDate(aheadMs);
      const wrong = open(dir.file, clock);
      assert.equal(wrong.reasonFor(caller), "token");
      await wrong.revoke({ kind: "token", id: "u" });
      await wrong.close();
      clock.jumpDate(-aheadMs);
      assert.equal(open(dir.file, clock).reasonFor(caller), "token");
    }
  });

  it("refuse nobody because of a date that is ahead for a moment, from the first start on", async () => {
    await using dir = await fileOf();
    const clock = new FakeClock();
    const revocations = open(dir.file, clock);
    const issuedAtS = Math.floor(clock.wallNow() / 1_000);
    clock.jumpDate(3_600_000);
    assert.equal(revocations.reasonFor({ ...caller, issuedAtS }), undefined);
    assert.equal(revocations.reasonFor({ ...caller, issuedAtS: issuedAtS - 1 }), "unknown-past");
  });

  it("without a file are gone after a restart, so what was issued before it is refused", async () => {
    const clock = new FakeClock();
    const issuedAtS = Math.floor(clock.wallNow() / 1_000);
    await open(undefined, clock).revoke({ kind: "token", id: "t" });
    clock.advance(60_000);
    const log = new CapturedLog(createLogger);
    const after = open(undefined, clock, log);
    await log.only("revocations are in memory only: what was issued before this start is refused");
    assert.equal(after.reasonFor({ ...caller, issuedAtS }), "unknown-past");
    assert.equal(after.reasonFor({ ...caller, issuedAtS: issuedAtS + 60 }), undefined);
  });

  it("are written later when the file cannot be written now, and hold here at once", async () => {
    await using dir = await fileOf();
    const [clock, log] = [new FakeClock(), new CapturedLog(createLogger)];
    const revocations = open(dir.file, clock, log);
    await rm(dir.file);
    await mkdir(dir.file);
    assert.equal(await revocations.revoke({ kind: "token", id: "t" }), "here");
    assert.equal(await revocations.revoke({ kind: "token", id: "u" }), "here");
    assert.equal(revocations.reasonFor(caller), "token");
    assert.equal(revocations.state.unpublished, 2);
    await log.only("revocations cannot be written to the file: this is repeated");
    await rm(dir.file, { recursive: true });
    clock.advance(1_000);
    assert.equal(revocations.state.unpublished, 0);
    assert.equal(clock.pending, 0);
    assert.equal(open(dir.file, clock).state.tokens, 2);
  });

  it("do not make the file grow with what has ended, while the gateway runs", async () => {
    await using dir = await fileOf();
    const clock = new FakeClock();
    const revocations = open(dir.file, clock);
    const lines = async () =>
      (await readFile(dir.file, "utf8")).split("\n").filter((line) => line !== "").length;
    for (let index = 0; index < 10_000; index += 1)
      await revocations.revoke({ kind: "token", id: `t-${index}` });
    assert.equal(await lines(), 10_001);
    clock.advance(LONGEST_LIFE_S * 1_000);
    await revocations.revoke({ kind: "token", id: "t" });
    assert.equal(await lines(), 2);
    assert.equal(open(dir.file, clock).reasonFor(caller), "token");
    await appendFile(
      dir.file,
      `${JSON.stringify({ revocation: { kind: "token", id: "o" }, madeAtS: 0 })}\n`.repeat(10_000),
    );
    await open(dir.file, clock).revoke({ kind: "api-key", id: "acme" });
    assert.equal(await lines(), 3, "a large file is written again at the start");
  });

  it("survive a line that was cut by a full disk", async () => {
    await using dir = await fileOf();
    const clock = new FakeClock();
    const revocations = open(dir.file, clock);
    await appendFile(dir.file, '{"revocation":{"kind":"tok');
    await revocations.revoke({ kind: "token", id: "t" });
    const log = new CapturedLog(createLogger);
    assert.equal(open(dir.file, clock, log).reasonFor(caller), "token");
    await log.only("a line of the file of revocations cannot be read");
  });

  it("cannot be in a folder: the program says so in one line", async () => {
    await using dir = await fileOf();
    assert.throws(
      () => open(join(dir.file, ".."), new FakeClock()),
      /^SettingsError: REVOCATIONS_FILE cannot be used: EISDIR/,
    );
  });
});
