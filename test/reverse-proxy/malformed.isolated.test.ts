import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { RawTls } from "./testing/client.ts";
import { missing, runProxy } from "./testing/proxy.ts";
import type { ProxyName, RunningProxy } from "./testing/proxy.ts";
import { RecordingGateway } from "./testing/recording-gateway.ts";

const PATH = "/web/home-page";
const REQUEST = `${PATH} HTTP/1.1\r\nHost: a\r\n`;
/** A POST whose headers and body may be read in more ways than one. */
const post = (headers: string, body: string, version = "1.1"): string =>
  `POST ${PATH} HTTP/${version}\r\nHost: a\r\n${headers}\r\n\r\n${body}`;
const SMUGGLED = "GET /web/smuggled HTTP/1.1\r\nHost: a\r\nX-User-Id: 1\r\n\r\n";

/**
 * What an attacker sends after the TLS handshake. None may bring a request for /web/smuggled to a
 * gateway.
 */
const SMUGGLING: readonly (readonly [name: string, bytes: string])[] = [
  [
    "Content-Length beside Transfer-Encoding",
    post("Content-Length: 6\r\nTransfer-Encoding: chunked", `0\r\n\r\n${SMUGGLED}`),
  ],
  [
    "Transfer-Encoding beside Content-Length",
    post("Transfer-Encoding: chunked\r\nContent-Length: 200", `0\r\n\r\n${SMUGGLED}`),
  ],
  ["two Content-Lengths", post(`Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}`, SMUGGLED)],
  ["a list of Content-Lengths", post(`Content-Length: 0, ${SMUGGLED.length}`, SMUGGLED)],
  ["a signed Content-Length", post("Content-Length: +0", SMUGGLED)],
  ["a Transfer-Encoding that is none", post("Transfer-Encoding: xchunked", `0\r\n\r\n${SMUGGLED}`)],
  [
    "a Transfer-Encoding twice",
    post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", `0\r\n\r\n${SMUGGLED}`),
  ],
  ["a space before the colon", post("Transfer-Encoding : chunked", `0\r\n\r\n${SMUGGLED}`)],
  [
    "a folded Transfer-Encoding",
    post("Content-Length: 5\r\nTransfer-Encoding:\r\n chunked", `0\r\n\r\n${SMUGGLED}`),
  ],
  ["a folded header", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n GET /web/smuggled HTTP/1.1\r\n\r\n`],
  // A bare line feed may end a line (RFC 9112, section 2.2), but then every parser must agree.
  ["a bare line feed", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: 1\nX-User-Id: 1\r\n\r\n`],
  [
    "a bare carriage return",
    `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: 1\r\rGET /web/smuggled HTTP/1.1\r\nHost: a\r\n\r\n`,
  ],
  ["a NUL in a header", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: \0\r\n\r\n`],
  ["two Hosts", `GET ${PATH} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`],
  ["no Host", `GET ${PATH} HTTP/1.1\r\n\r\n`],
  ["a chunk size with more behind it", post("Transfer-Encoding: chunked", `0xyz\r\n\r\n${SMUGGLED}`)],
  ["a line end inside a chunk's extension", post("Transfer-Encoding: chunked", "0;a\n\r\n\r\n")],
  ["HTTP/1.0 with chunks", post("Transfer-Encoding: chunked", `0\r\n\r\n${SMUGGLED}`, "1.0")],
];

/** What each proxy refuses before it parses a request. */
const MALFORMED: readonly (readonly [what: string, bytes: string])[] = [
  ["what is not HTTP", "GARBAGE\r\n\r\n"],
  ["a header name with a space", `GET ${REQUEST}X-Identity : a\r\n\r\n`],
  ["two lengths", `POST ${REQUEST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  ["an unknown transfer coding", `POST ${REQUEST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
];

for (const name of ["haproxy", "nginx"] as const satisfies readonly ProxyName[]) {
  describe(`${name} and malformed requests`, { skip: missing(name) ?? false }, () => {
    let gateway: RecordingGateway;
    let proxy: RunningProxy;
    before(async () => {
      gateway = await new RecordingGateway().start();
      gateway.answer = (req, res) => void req.resume().once("end", () => res.end("ok"));
      proxy = await runProxy(name, [gateway]);
    });
    beforeEach(() => {
      gateway.seen.length = 0;
    });
    after(async () => {
      await proxy[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    });

    for (const [what, bytes] of MALFORMED) {
      it(`refuses ${what} by itself, and says so`, async () => {
        const logged = proxy.log().length;
        using connection = new RawTls(proxy);
        const answer = await connection.exchange(bytes);
        assert.match(answer, /^HTTP\/1\.1 4\d\d /);
        if (name === "nginx") {
          assert.match(answer, /server-timing: proxy;desc="malformed"/i);
          assert.match(answer, /"type":"\/problems\/invalid-request"/);
        }
        // HAProxy's parser answers in its own words: only the log names the layer.
        while (!/layer=proxy .*status=4\d\d/.test(proxy.log().slice(logged))) await setTimeout(20);
        assert.equal(gateway.seen.length, 0);
      });
    }

    for (const [what, bytes] of SMUGGLING) {
      it(`does not let ${what} smuggle a request`, async () => {
        using connection = new RawTls(proxy);
        const answer = await connection.exchange(bytes, 150);
        const seen = gateway.seen;
        assert.ok(!seen.some(({ url }) => url === "/web/smuggled"), JSON.stringify(seen));
        assert.ok(seen.length <= 1);
        assert.ok(!seen.some(({ headers }) => headers["x-user-id"] !== undefined));
        assert.ok((answer.match(/^HTTP\/1\.1 /gm) ?? []).length <= 2);
      });
    }
  });
}
