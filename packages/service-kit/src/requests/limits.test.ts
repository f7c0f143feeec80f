import assert from "node:assert/strict";
import { test } from "node:test";
import type { Express } from "express";
import { MAX_BODY_BYTES } from "../index.ts";
import { runApp, type RunningApp } from "../testing/running-app.ts";
import { LINGER_MS } from "./limits.ts";

function routes(express: Express): void {
  express.get("/screens/:id", (_req, res) => {
    res.json({ ok: true });
  });
  express.get("/ignores-bodies", (_req, res) => {
    res.json({ ok: true });
  });
  express.post("/echo", (req, res) => {
    res.json(req.body);
  });
  express.post("/count", (req, res) => {
    let bytes = 0;
    req.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    req.once("end", () => res.json({ bytes }));
  });
}

function run(): Promise<RunningApp> {
  return runApp(routes);
}

const HOST = "Host: test\r\n";

function chunk(size: number): string {
  return `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
}

const REFUSED: readonly (readonly [string, string, number, string])[] = [
  ["two Hosts", "GET /screens/1 HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400, "invalid-request"],
  ["the same Host twice", "GET /screens/1 HTTP/1.1\r\nHost: a\r\nHOST: a\r\n\r\n", 400, "invalid-request"],
  ["no Host", "GET /screens/1 HTTP/1.1\r\nAccept: */*\r\n\r\n", 400, "invalid-request"],
  ["two Hosts in HTTP/1.0", "GET /screens/1 HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, "invalid-request"],
  ...["a b", "a%zz", "a%2", "a, b", "a,b", "a@b", "a/b", "a:b", "a:80:80", "a\tb", "[::1", "é"].map(
    (host) =>
      [
        `the Host ${host}`,
        `GET /screens/1 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        400,
        "invalid-request",
      ] as const,
  ),
  [
    "two content types",
    `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\ncontent-type: text/plain\r\nContent-Length: 2\r\n\r\n{}`,
    400,
    "invalid-request",
  ],
  [
    "a length over the limit before any of the body has come",
    `POST /echo HTTP/1.1\r\n${HOST}Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`,
    413,
    "payload-too-large",
  ],
  [
    "a length over the limit on GET",
    `GET /ignores-bodies HTTP/1.1\r\n${HOST}Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`,
    413,
    "payload-too-large",
  ],
  [
    "a length past all numbers",
    `GET /screens/1 HTTP/1.1\r\n${HOST}Content-Length: 9007199254740993\r\n\r\n`,
    413,
    "payload-too-large",
  ],
  [
    "a chunked body as soon as it passes the limit",
    `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${chunk(60_000)}${chunk(40_001)}`,
    413,
    "payload-too-large",
  ],
  [
    "a chunked body over the limit on GET",
    `GET /ignores-bodies HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${chunk(MAX_BODY_BYTES + 1)}`,
    413,
    "payload-too-large",
  ],
  [
    "a complete chunked body over the limit",
    `POST /count HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${chunk(150_000)}0\r\n\r\n`,
    413,
    "payload-too-large",
  ],
  [
    "a compressed body",
    `POST /echo HTTP/1.1\r\n${HOST}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nxxxxx`,
    415,
    "unsupported-media-type",
  ],
  [
    "a compressed chunked body",
    `POST /echo HTTP/1.1\r\n${HOST}Content-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n`,
    415,
    "unsupported-media-type",
  ],
  ...["charset=utf-7", 'charset="UTF-16"', "version=1; Charset = latin1", "charset=utf-8; charset=utf-7"].map(
    (parameter) =>
      [
        `a body in ${parameter}`,
        `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json; ${parameter}\r\nContent-Length: 2\r\n\r\n{}`,
        415,
        "unsupported-media-type",
      ] as const,
  ),
  [
    "a compressed transfer",
    `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    400,
    "invalid-request",
  ],
  [
    "a transfer coding that leaves no end of the body, of which the parser also complains",
    `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    400,
    "invalid-request",
  ],
];

/** What said no, in `Server-Timing` and the log. */
const BY_STATUS = new Map([
  [400, "malformed"],
  [413, "size"],
  [415, "media-type"],
]);

for (const [what, request, status, code] of REFUSED) {
  test(`refuses ${what} with ${status}, names the layer, and closes`, async () => {
    await using app = await run();
    const connection = app.connect().send(request);
    const answer = await connection.answer();
    assert.equal(answer.status, status);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.equal(answer.headers["connection"], "close");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.match(
      answer.body,
      new RegExp(`"type":"/problems/${code}".*"instance":"${answer.headers["x-request-id"]}"`),
    );
    // A client that never sends the rest is not waited for longer than this.
    app.clock.advance(LINGER_MS);
    assert.equal(await connection.closed(), "");
    const line = await app.log.only("request");
    assert.equal(line["status"], status);
    assert.equal(line["problem"], code);
    const by = BY_STATUS.get(status);
    assert.equal(answer.headers["server-timing"], `test-app;desc="${by}"`);
    assert.partialDeepStrictEqual(line, { layer: "test-app", refusedBy: by });
    assert.equal(line["aborted"], undefined);
    assert.equal(app.clock.pending, 0, "no timer is left");
  });
}

for (const host of ["", "a.example", "a_b:8080", "127.0.0.1:80", "[::1]:443", "xn--bcher-kva.example."]) {
  test(`takes the Host "${host}"`, async () => {
    await using app = await run();
    const answer = await app.connect().send(`GET /screens/1 HTTP/1.1\r\nHost: ${host}\r\n\r\n`).answer();
    assert.equal(answer.status, 200);
  });
}

const JSON_BODIES = [
  "application/json; charset=UTF-8",
  'application/json;charset="utf-8"',
  "application/json; charset=utf8",
  "application/json; odata.metadata=minimal; Charset=utf8",
];
for (const type of JSON_BODIES) {
  test(`takes a body of ${type}`, async () => {
    await using app = await run();
    const answer = await app
      .connect()
      .send(`POST /echo HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\nContent-Length: 10\r\n\r\n{"a":"é"}`)
      .answer();
    assert.equal(answer.status, 200);
  });
}

test("says which codings a body may have, only to a client that sent another", async () => {
  await using app = await run();
  const post = (header: string) =>
    app.connect().send(`POST /echo HTTP/1.1\r\n${HOST}${header}\r\nContent-Length: 2\r\n\r\n{}`).answer();
  assert.equal((await post("Content-Encoding: br")).headers["accept-encoding"], "identity");
  assert.equal((await post("Content-Type: text/plain; charset=x")).headers["accept-encoding"], undefined);
});

test("a refused HEAD gets no body", async () => {
  await using app = await run();
  const connection = app
    .connect()
    .send(`HEAD /screens/1 HTTP/1.1\r\n${HOST}Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`);
  await connection.seen("\r\n\r\n");
  app.clock.advance(LINGER_MS);
  assert.match(await connection.closed(), /^HTTP\/1\.1 413 [^]*\r\n\r\n$/);
});

test("a refused client that goes on sending still gets its answer", async () => {
  await using app = await run();
  const connection = app.connect();
  const size = 20_000_000;
  connection.send(`POST /echo HTTP/1.1\r\n${HOST}Content-Length: ${size}\r\n\r\n`);
  connection.send("x".repeat(size));
  const received = await connection.closed();
  assert.match(received, /^HTTP\/1\.1 413 /);
  assert.match(received, /payload-too-large/);
});

test("a client that closes on the refusal is not called aborted", async () => {
  await using app = await run();
  const connection = app
    .connect()
    .send(`POST /echo HTTP/1.1\r\n${HOST}Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\nx`);
  await connection.answer();
  connection.destroy();
  const line = await app.log.only("request");
  assert.equal(line["status"], 413);
  assert.equal(line["aborted"], undefined);
});

test("a body of exactly the limit passes, with a length and without", async () => {
  await using app = await run();
  const type = "Content-Type: application/octet-stream\r\n";
  const whole = await app
    .connect()
    .send(`POST /count HTTP/1.1\r\n${HOST}${type}Content-Length: ${MAX_BODY_BYTES}\r\n\r\n`)
    .send("x".repeat(MAX_BODY_BYTES))
    .answer();
  assert.equal(whole.body, `{"bytes":${MAX_BODY_BYTES}}`);
  const chunked = await app
    .connect()
    .send(`POST /count HTTP/1.1\r\n${HOST}${type}Transfer-Encoding: chunked\r\n\r\n`)
    .send(chunk(70_000) + chunk(MAX_BODY_BYTES - 70_000))
    .send("0\r\n\r\n")
    .answer();
  assert.equal(chunked.body, `{"bytes":${MAX_BODY_BYTES}}`);
});

test("a chunked body reaches the body parser whole, however it is cut up", async () => {
  await using app = await run();
  const json = JSON.stringify({ text: "é".repeat(500) });
  const connection = app.connect();
  for (let round = 0; round < 2; round += 1) {
    connection.send(
      `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    // Three bytes at a time cut characters in two.
    const bytes = Buffer.from(json);
    for (let at = 0; at < bytes.length; at += 3) {
      const part = bytes.subarray(at, at + 3);
      connection.socket.write(`${part.length.toString(16)}\r\n`);
      connection.socket.write(part);
      connection.socket.write("\r\n");
    }
    connection.send("0\r\n\r\n");
    const answer = await connection.answer();
    assert.equal(answer.status, 200);
    assert.equal(Buffer.from(answer.body, "latin1").toString(), json);
  }
});

test("a chunked body that is not read, and an empty one, leave the connection usable", async () => {
  await using app = await run();
  const connection = app.connect();
  for (const body of [`${chunk(90_000)}0\r\n\r\n`, "0\r\n\r\n"]) {
    connection.send(`GET /ignores-bodies HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}`);
    assert.equal((await connection.answer()).body, '{"ok":true}');
  }
  connection.send(`GET /screens/1 HTTP/1.1\r\n${HOST}\r\n`);
  assert.equal((await connection.answer()).status, 200);
});

test("a client that leaves in the middle of a chunked body reaches no handler", async () => {
  let reached = 0;
  await using app = await runApp((express) => {
    express.post("/", (_req, res) => {
      reached += 1;
      res.end();
    });
  });
  const connection = app
    .connect()
    .send(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${chunk(10)}`);
  connection.socket.once("connect", () => connection.socket.end());
  assert.equal((await app.log.only("request"))["aborted"], true);
  assert.equal(reached, 0);
});

test("Content-Encoding without a body, and HTTP/1.0 without a Host, are fine", async () => {
  await using app = await run();
  const encoded = await app
    .connect()
    .send(`GET /screens/1 HTTP/1.1\r\n${HOST}Content-Encoding: gzip\r\n\r\n`)
    .answer();
  assert.equal(encoded.status, 200);
  const old = await app.connect().send("GET /screens/1 HTTP/1.0\r\n\r\n").answer();
  assert.equal(old.status, 200);
});
