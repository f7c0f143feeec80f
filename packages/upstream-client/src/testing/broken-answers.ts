import { response } from "@triptych/testing";
import type { RawHandler } from "@triptych/testing";
import type { FailureKind } from "../errors.ts";

/** What an upstream did, what the call then ends with, and how often it was asked: an answer that arrived is never asked for again. */
export type Row = {
  readonly did: string;
  readonly handle: RawHandler;
  readonly kind: FailureKind;
  readonly status?: number;
  readonly reason?: RegExp;
};

/** Sends these bytes, and stays. */
export const write =
  (...texts: readonly string[]): RawHandler =>
  (socket) => {
    for (const text of texts) socket.write(text);
  };
const thenEnd =
  (text: string): RawHandler =>
  (socket) =>
    void socket.end(text);
/** The head of an answer, but for what says where its body ends. */
export const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const CAP = 1_048_576;

export const ROWS: readonly Row[] = [
  { did: "500", handle: write(response(500, "{}")), kind: "unavailable", status: 500 },
  { did: "501", handle: write(response(501, "{}")), kind: "unavailable", status: 501 },
  { did: "404", handle: write(response(404, "{}")), kind: "rejected", status: 404 },
  { did: "409", handle: write(response(409, "{}")), kind: "rejected", status: 409 },
  {
    did: "400 with HTML",
    handle: write(response(400, "<p>", { "content-type": "text/html" })),
    kind: "rejected",
    status: 400,
  },
  {
    did: "a body cut by the end",
    handle: thenEnd(`${HEAD}content-length: 50\r\n\r\n{"a":`),
    kind: "unavailable",
    reason: /connection failed/,
  },
  {
    did: "a last answer on a connection cut by its end",
    handle: thenEnd(`${HEAD}connection: close\r\ncontent-length: 50\r\n\r\n{"a":`),
    kind: "unavailable",
  },
  {
    did: "a last chunked answer on a connection cut by its end",
    handle: thenEnd(`${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
    kind: "unavailable",
  },
  {
    did: "a chunked body cut by the end",
    handle: thenEnd(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
    kind: "unavailable",
  },
  {
    did: "a body cut by a reset",
    handle: (socket) => {
      socket.write(`${HEAD}content-length: 50\r\n\r\n{`);
      setImmediate(() => socket.resetAndDestroy());
    },
    kind: "unavailable",
  },
  {
    did: "not JSON",
    handle: write(response(200, "<html>")),
    kind: "invalid",
    reason: /6 bytes that is not JSON/,
  },
  { did: "an empty body", handle: write(response(200, "")), kind: "invalid", reason: /not JSON/ },
  { did: "a BOM before the JSON", handle: write(response(200, "\uFEFF{}")), kind: "invalid" },
  {
    did: "text/plain",
    handle: write(response(200, "{}", { "content-type": "text/plain" })),
    kind: "invalid",
    reason: /media type/,
  },
  {
    did: "JSON in another charset",
    handle: write(response(200, "{}", { "content-type": "application/json; charset=utf-16" })),
    kind: "invalid",
  },
  { did: "no media type", handle: write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"), kind: "invalid" },
  {
    did: "two media types",
    handle: write(`${HEAD}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`),
    kind: "invalid",
  },
  {
    did: "a Content-Encoding that nobody asked for",
    handle: write(response(200, "{}", { "content-encoding": "gzip" })),
    kind: "invalid",
    reason: /Content-Encoding/,
  },
  { did: "204", handle: write("HTTP/1.1 204 No Content\r\n\r\n"), kind: "invalid", status: 204 },
  { did: "206", handle: write(response(206, "{}")), kind: "invalid", status: 206 },
  {
    did: "304 without being asked",
    handle: write("HTTP/1.1 304 Not Modified\r\n\r\n"),
    kind: "invalid",
    status: 304,
  },
  {
    did: "a redirect",
    handle: write(response(302, "", { location: "http://evil.test/" })),
    kind: "invalid",
    status: 302,
    reason: /redirects are not followed/,
  },
  {
    did: "a Content-Length over the cap",
    handle: write(`${HEAD}content-length: ${CAP + 1}\r\n\r\n{`),
    kind: "invalid",
    reason: /more than 1048576 bytes/,
  },
  {
    did: "a body over the cap without a length",
    handle: thenEnd(`${HEAD}\r\n"${"x".repeat(CAP)}"`),
    kind: "invalid",
    reason: /more than 1048576 bytes/,
  },
  {
    did: "a body in single bytes",
    handle: write(`${HEAD}transfer-encoding: chunked\r\n\r\n${"1\r\n \r\n".repeat(20_000)}`),
    kind: "invalid",
    reason: /more than 16384 pieces/,
  },
  {
    did: "a contract broken",
    handle: write(response(200, '{"broken":true}')),
    kind: "invalid",
    reason: /contract at \/broken: nothing broken/,
  },
  {
    did: "a validator out of stack",
    handle: write(response(200, '{"deep":true}')),
    kind: "invalid",
    reason: /RangeError/,
  },
  { did: "no HTTP", handle: write("SSH-2.0-OpenSSH_9.9\r\n"), kind: "invalid", reason: /not valid HTTP/ },
  {
    did: "a status of 000",
    handle: write("HTTP/1.1 000 None\r\ncontent-length: 0\r\n\r\n"),
    kind: "invalid",
    reason: /not valid HTTP/,
  },
  {
    did: "a header bomb",
    handle: write(`${HEAD}x: ${"y".repeat(100_000)}\r\n\r\n`),
    kind: "invalid",
    reason: /UND_ERR_HEADERS_OVERFLOW/,
  },
  {
    did: "many small headers",
    handle: write(HEAD, ...Array.from({ length: 2_000 }, (_, i) => `x-${i}: ${i}\r\n`), "\r\n"),
    kind: "invalid",
  },
  {
    did: "a flood of 1xx",
    handle: write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50)),
    kind: "invalid",
    reason: /flood/,
  },
  {
    did: "an endless flood of 1xx",
    handle: (socket) => {
      const flood = () =>
        socket.destroyed || socket.write("HTTP/1.1 102 Processing\r\n\r\n", () => setImmediate(flood));
      flood();
    },
    kind: "invalid",
    reason: /flood/,
  },
  {
    did: "100 Continue unasked",
    handle: write("HTTP/1.1 100 Continue\r\n\r\n", response(200, "{}")),
    kind: "invalid",
  },
  {
    did: "101 Switching Protocols unasked",
    handle: write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    kind: "invalid",
  },
  {
    did: "two lengths that differ",
    handle: write(`${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{} `),
    kind: "invalid",
  },
  {
    did: "a length and chunks",
    handle: write(`${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    kind: "invalid",
  },
  {
    did: "a length that is too short",
    handle: write(`${HEAD}content-length: 3\r\n\r\n{"a":1}`),
    kind: "invalid",
    reason: /not JSON/,
  },
];
