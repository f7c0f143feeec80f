import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { runGateway } from "./testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "./testing/gateway-under-test.ts";

const CANCEL = "/web/orders/1/cancel";
const SMUGGLED = "GET /web/home-page HTTP/1.1\r\nHost: a\r\n\r\n";

/**
 * Bytes as an attacker sends them; `A` is a right Authorization line. Statuses: what may come back,
 * 0 for a closed connection.
 */
const attacks: [name: string, bytes: (authorization: string) => string, statuses: number[]][] = [
  [
    "Content-Length beside Transfer-Encoding",
    (a) =>
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    [400],
  ],
  [
    "Transfer-Encoding beside Content-Length",
    (a) =>
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Transfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    [400],
  ],
  [
    "two Content-Lengths",
    (a) =>
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length: 0\r\nContent-Length: 44\r\n\r\n${SMUGGLED}`,
    [400],
  ],
  [
    "two equal Content-Lengths",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx`,
    [400],
  ],
  [
    "a list of Content-Lengths",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length: 1, 1\r\n\r\nx`,
    [400],
  ],
  [
    "a negative Content-Length",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length: -1\r\n\r\n`,
    [400],
  ],
  [
    "a signed Content-Length",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length: +1\r\n\r\nx`,
    [400],
  ],
  [
    "a hexadecimal Content-Length",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length: 0x1\r\n\r\nx`,
    [400],
  ],
  [
    "a space before the colon",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Content-Length : 1\r\n\r\nx`,
    [400],
  ],
  [
    "a Transfer-Encoding that is none",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    [400],
  ],
  [
    "chunked twice",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
    [400],
  ],
  [
    "chunked before another coding",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    [400],
  ],
  [
    "a Transfer-Encoding behind a tab in its name",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n`,
    [400],
  ],
  [
    "a chunk size that is none",
    (a) => `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n`,
    [400],
  ],
  [
    "a chunk size past all numbers",
    (a) =>
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\n${a}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n`,
    [400],
  ],
  ["two Hosts", (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\nHost: b\r\n${a}\r\n`, [400]],
  ["no Host", (a) => `GET /web/home-page HTTP/1.1\r\n${a}\r\n`, [400]],
  ["a folded header", (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2\r\n${a}\r\n`, [400]],
  [
    "a folded identity",
    (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\n${a}X-A: 1\r\n\tX-User-Id: 1\r\n\r\n`,
    [400],
  ],
  ["a bare line feed", (a) => `GET /web/home-page HTTP/1.1\nHost: a\n${a.trimEnd()}\n\n`, [400]],
  [
    "a bare line feed between headers",
    (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\n${a}X-A: 1\nX-User-Id: 1\r\n\r\n`,
    [400],
  ],
  [
    "a bare carriage return",
    (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\n${a}X-A: 1\rX-User-Id: 1\r\n\r\n`,
    [400],
  ],
  ["a NUL in a header", (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\n${a}X-A: \0\r\n\r\n`, [400]],
  ["HTTP/0.9", () => "GET /web/home-page\r\n\r\n", [400]],
  ["HTTP/2 in plain text", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]],
  ["a version that is none", (a) => `GET /web/home-page HTTP/9.9\r\nHost: a\r\n${a}\r\n`, [400]],
  [
    "another host in the request line",
    (a) => `GET http://evil.example/web/home-page HTTP/1.1\r\nHost: a\r\n${a}\r\n`,
    [400],
  ],
  ["CONNECT", (a) => `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n${a}\r\n`, [400]],
  ["a path that walks up", (a) => `GET /web/../admin HTTP/1.1\r\nHost: a\r\n${a}\r\n`, [400]],
  ["a path that walks up in code", (a) => `GET /web/%2e%2e/admin HTTP/1.1\r\nHost: a\r\n${a}\r\n`, [400]],
  ["a path with two slashes", (a) => `GET //web/home-page HTTP/1.1\r\nHost: a\r\n${a}\r\n`, [400]],
  ["a URL bomb", (a) => `GET /web/${"a".repeat(10_000)} HTTP/1.1\r\nHost: a\r\n${a}\r\n`, [414]],
  [
    "a login's URL bomb",
    (a) => `GET /auth/login?return_to=/${"a".repeat(4_090)} HTTP/1.1\r\nHost: a\r\n${a}\r\n`,
    [414],
  ],
  ["two names in one Host", (a) => `GET /web/home-page HTTP/1.1\r\nHost: a b\r\n${a}\r\n`, [400]],
  ["a URL past all limits", (a) => `GET /web/${"a".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n${a}\r\n`, [414]],
  [
    "one large header",
    (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\n${a}X-A: ${"a".repeat(20_000)}\r\n\r\n`,
    [431],
  ],
  [
    "many headers",
    (a) => `GET /web/home-page HTTP/1.1\r\nHost: a\r\n${a}${"X-A: 1\r\n".repeat(5_000)}\r\n`,
    [431],
  ],
];

describe("on the wire the gateway refuses", () => {
  let gateway: GatewayUnderTest;
  before(async () => {
    gateway = await runGateway();
  });
  beforeEach(() => {
    gateway.target.requests.length = 0;
  });
  after(async () => gateway[Symbol.asyncDispose]());

  for (const [name, bytes, statuses] of attacks) {
    it(name, async () => {
      const { Authorization } = await gateway.bearer();
      const connection = gateway.connect();
      connection.send(bytes(`Authorization: ${Authorization}\r\n`));
      const { status } = await connection.answer();
      assert.ok(statuses.includes(status), `it answered ${status}`);
      assert.equal(gateway.target.requests.length, 0);
    });
  }

  it("no second request in the body of a first: it is the body", async () => {
    const { Authorization } = await gateway.bearer();
    const connection = gateway.connect();
    connection.send(
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\nIdempotency-Key: key-1234\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    );
    assert.equal((await connection.answer()).status, 200);
    assert.equal(gateway.target.only.body, SMUGGLED);
  });

  it("an unannounced body of 150 kB", async () => {
    const { Authorization } = await gateway.bearer();
    const connection = gateway.connect();
    connection.send(
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\nIdempotency-Key: key-1234\r\n` +
        `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${`3e8\r\n${"x".repeat(1_000)}\r\n`.repeat(150)}0\r\n\r\n`,
    );
    assert.equal((await connection.answer()).status, 413);
    assert.equal(gateway.target.requests.length, 0);
  });

  it("no pipelined request: each is answered, in order, each with its own identity", async () => {
    const { Authorization } = await gateway.bearer();
    const connection = gateway.connect();
    const right = `GET /web/home-page HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\n\r\n`;
    connection.send(right + SMUGGLED + right);
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await connection.answer()).status);
    assert.deepEqual(statuses, [200, 401, 200]);
    assert.equal(gateway.target.requests.length, 2);
  });
});
