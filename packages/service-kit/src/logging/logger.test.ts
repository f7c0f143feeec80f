import assert from "node:assert/strict";
import { test } from "node:test";
import { CapturedLog } from "@triptych/testing";
import { createLogger } from "./logger.ts";
import { redactLine } from "./redaction.ts";

test("a line has the level in words, an ISO time, the service, and no process or host", () => {
  const log = new CapturedLog(createLogger);
  log.logger.warn({ answer: 42 }, "hello");
  const [line] = log.lines("hello");
  assert.match(String(line?.["time"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(
    { ...line, time: "" },
    { level: "warn", time: "", service: "test-app", answer: 42, msg: "hello" },
  );
});

test("an error shows with its type, code, stack and causes", () => {
  const log = new CapturedLog(createLogger);
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  log.logger.error({ err: new TypeError("cannot load", { cause }) }, "failed");
  const [line] = log.lines("failed");
  assert.ok(line);
  const { err } = line;
  assert.ok(typeof err === "object" && err !== null && "stack" in err && "cause" in err);
  assert.match(String(err.stack), /^TypeError: cannot load\n +at .*logger\.test\.ts/);
  assert.match(JSON.stringify(err.cause), /^\{"type":"Error","message":"refused","code":"ECONNREFUSED"/);
});

test("what a library hung on its error is not shown", () => {
  const log = new CapturedLog(createLogger);
  const err = Object.assign(new Error("upstream said no"), {
    body: { email: "ada@example.com" },
    request: { headers: { cookie: "sid=1" } },
  });
  log.logger.error({ err }, "failed");
  assert.doesNotMatch(log.raw.join(""), /ada@|sid=1|body|headers/);
});

test("an error that is its own cause, a thrown object and a thrown text are shown without harm", () => {
  const log = new CapturedLog(createLogger);
  const loop = new Error("loop");
  loop.cause = loop;
  log.logger.error({ err: loop }, "loop");
  log.logger.error({ err: { email: "ada@example.com" } }, "object");
  log.logger.error({ err: "text" }, "text");
  log.logger.error({ err: new AggregateError([new Error("first"), new Error("second")], "all") }, "many");
  assert.equal(log.raw.length, 4);
  assert.match(log.raw[1] ?? "", /"message":"thrown value: an object"/);
  assert.match(log.raw[2] ?? "", /"type":"string","message":"thrown value: text"/);
  assert.match(log.raw[3] ?? "", /"errors":\[\{"type":"Error","message":"first"/);
});

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl";

const SECRETS: readonly (readonly [string, object])[] = [
  ["an Authorization header", { headers: { Authorization: "Bearer s3cret-token" } }],
  ["a header deep down", { a: { b: { c: { d: { cookie: "sid=s3cret" } } } } }],
  ["a list of cookies", { "set-cookie": ["sid=s3cret; Path=/", "x=s3cret"] }],
  ["cookies with brackets", { "set-cookie": ["a=s3cret]; Path=/", "sid=s3cret"] }],
  ["cookies after a list in raw headers", { rawHeaders: ["Set-Cookie", ["a=s3cret]", "sid=s3cret"]] }],
  ["nested cookies", { cookies: { session: { sid: "s3cret" } } }],
  ["parsed cookies", { cookies: { sid: "s3cret" } }],
  ["raw headers", { rawHeaders: ["Cookie", "sid=s3cret", "Host", "a"] }],
  ["an identity", { "x-identity": "s3cret" }],
  ["a transaction token", { "Txn-Token": "s3cret", txnToken: "s3cret" }],
  ["an API key", { "X-Api-Key": "s3cret", apiKey: "s3cret" }],
  ["other tokens", { accessToken: "s3cret", refresh_token: "s3cret", client_secret: "s3cret" }],
  ["a quoted value", { password: 's3c"ret-s3cret' }],
  ["a token inside an error's message", { err: new Error(`cannot verify Bearer s3cret-s3cret`) }],
  ["credentials after a scheme and a tab", { value: "DPoP\ts3cret", other: ["basic s3cret"] }],
  ["a cookie inside an error's message", { err: new Error("bad header\nCookie: a=1; sid=s3cret") }],
  ["a header inside a text of JSON", { body: '{"cookie":"sid=s3cret"}' }],
  ["a JWT after other letters", { value: `x_${JWT} a.eyb.${JWT}` }],
  ["a JWT on a line of its own", { err: new Error(`verify\n${JWT}\nfailed`) }],
  ["a bare JWT", { value: `token=${JWT}` }],
];

for (const [what, fields] of SECRETS) {
  test(`no line shows ${what}`, () => {
    const log = new CapturedLog(createLogger);
    log.logger.info(fields, "secret");
    const [raw = ""] = log.raw;
    assert.doesNotMatch(raw, /s3c|eyJ|c2lnbmF0dXJl/);
    assert.match(raw, /\[redacted\]/);
    // Still JSON.
    assert.equal(log.lines("secret").length, 1);
  });
}

test("redacting a line takes time in proportion to its length", () => {
  for (const text of ["eyJ", "eyJaaaaaaaaaa", '"cookie":[', '{"cookie":{', "Bearer ", "token ", "a.eyJ"]) {
    const times = [4_000, 64_000].map((length) => {
      const line = `${JSON.stringify({ text: text.repeat(length / text.length) })}\n`;
      const begun = process.cpuUsage();
      for (let round = 0; round < 5; round += 1) redactLine(line);
      return process.cpuUsage(begun).user;
    });
    // Quadratic work would take 256 times as long, or seconds.
    assert.ok((times[1] ?? 0) < 100 * Math.max(1_000, times[0] ?? 0), `${text}: ${times.join(" and ")} µs`);
  }
});

test("a value that sounds like the name of a secret hides nothing", () => {
  const log = new CapturedLog(createLogger);
  log.logger.info({ parserCode: "HPE_INVALID_HEADER_TOKEN", section: "cookies" }, "next");
  const [line] = log.lines("next");
  assert.equal(line?.["parserCode"], "HPE_INVALID_HEADER_TOKEN");
  assert.equal(line["section"], "cookies");
});

test("redaction leaves the rest of the line as it is", () => {
  const log = new CapturedLog(createLogger);
  log.logger.info({ cookie: "s3cret", after: 1, tokens: 3, note: "basic facts about bearers" }, "hello");
  assert.deepEqual(
    { ...log.lines("hello")[0], time: "" },
    {
      level: "info",
      time: "",
      service: "test-app",
      cookie: "[redacted]",
      after: 1,
      tokens: 3,
      note: "basic facts about bearers",
      msg: "hello",
    },
  );
});
