import { response } from "./raw-upstream.ts";
import type { RawHandler } from "./raw-upstream.ts";

/** How a call ends that meets a fault: upstream-client's `FailureKind`, which we cannot import. */
export type FaultKind = "timeout" | "unavailable" | "invalid" | "rejected";

/** A way in which an upstream can misbehave, and what becomes of a call that meets it. */
export type Fault = {
  readonly name: string;
  readonly behave: RawHandler;
  readonly kind: FaultKind;
  /** The status that the call's error has. */
  readonly status?: number;
  /** What the call's error says. */
  readonly reason?: RegExp;
  /** It is worth a second attempt: nothing was answered, or the upstream said "not now". */
  readonly isRetried?: true;
  /** Screens are tested with it too; the others only matter to the client. */
  readonly inScreens?: true;
};

/** Writes these bytes and leaves the connection open. */
export const writes =
  (...texts: readonly string[]): RawHandler =>
  (socket) => {
    for (const text of texts) socket.write(text);
  };

const writesThenEnds =
  (text: string): RawHandler =>
  (socket) =>
    void socket.end(text);

function reset(socket: Parameters<RawHandler>[0]): void {
  socket.resetAndDestroy();
}

/** The head of an answer, without what says where its body ends. */
export const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
/** The largest body that upstream-client takes, bytes. */
const CAP = 1_048_576;

const status = (code: number, kind: FaultKind, more: Partial<Fault> = {}): Fault => ({
  name: `status ${code}`,
  behave: writes(response(code, "{}")),
  kind,
  status: code,
  ...more,
});

const invalid = (name: string, behave: RawHandler, more: Partial<Fault> = {}): Fault => ({
  name,
  behave,
  kind: "invalid",
  ...more,
});

const unavailable = (name: string, behave: RawHandler, more: Partial<Fault> = {}): Fault => ({
  name,
  behave,
  kind: "unavailable",
  ...more,
});

const IN_SCREENS = { inScreens: true } as const;

/** Every way in which one answer can be broken, for tests of the client and of screens. */
export const FAULTS: readonly Fault[] = [
  status(500, "unavailable", IN_SCREENS),
  status(501, "unavailable"),
  status(502, "unavailable", { isRetried: true }),
  status(503, "unavailable", { isRetried: true, ...IN_SCREENS }),
  status(504, "unavailable", { isRetried: true }),
  ...[400, 403, 404, 409, 429].map((code) => status(code, "rejected", IN_SCREENS)),
  {
    ...status(400, "rejected"),
    name: "400 with HTML",
    behave: writes(response(400, "<p>", { "content-type": "text/html" })),
  },
  unavailable("a reset before the headers", reset, { isRetried: true, ...IN_SCREENS }),
  unavailable(
    "a body cut by a reset",
    (socket) => {
      socket.write(`${HEAD}content-length: 50\r\n\r\n{`);
      setImmediate(() => socket.resetAndDestroy());
    },
    IN_SCREENS,
  ),
  unavailable("a body cut by the end", writesThenEnds(`${HEAD}content-length: 50\r\n\r\n{"a":`), {
    reason: /connection failed/,
  }),
  unavailable(
    "a last answer cut by the end",
    writesThenEnds(`${HEAD}connection: close\r\ncontent-length: 50\r\n\r\n{"a":`),
  ),
  unavailable(
    "a last chunked answer cut by the end",
    writesThenEnds(`${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
  ),
  unavailable(
    "a chunked body cut by the end",
    writesThenEnds(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`),
  ),
  invalid("not JSON", writes(response(200, "<html>")), {
    reason: /6 bytes that is not JSON/,
    ...IN_SCREENS,
  }),
  invalid("an empty body", writes(response(200, "")), { reason: /not JSON/, ...IN_SCREENS }),
  invalid("text/plain", writes(response(200, "{}", { "content-type": "text/plain" })), {
    reason: /media type/,
    ...IN_SCREENS,
  }),
  invalid(
    "JSON in another charset",
    writes(response(200, "{}", { "content-type": "application/json; charset=utf-16" })),
  ),
  invalid("no media type", writes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")),
  invalid("two media types", writes(`${HEAD}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`)),
  invalid(
    "a Content-Encoding that was not asked for",
    writes(response(200, "{}", { "content-encoding": "gzip" })),
    { reason: /Content-Encoding/, ...IN_SCREENS },
  ),
  invalid("204", writes("HTTP/1.1 204 No Content\r\n\r\n"), { status: 204, ...IN_SCREENS }),
  invalid("206", writes(response(206, "{}")), { status: 206 }),
  invalid("304 to a call without a condition", writes("HTTP/1.1 304 Not Modified\r\n\r\n"), { status: 304 }),
  invalid("a redirect", writes(response(302, "", { location: "http://evil.test/" })), {
    status: 302,
    reason: /redirects are not followed/,
    ...IN_SCREENS,
  }),
  invalid("a Content-Length over the cap", writes(`${HEAD}content-length: ${CAP + 1}\r\n\r\n{`), {
    reason: /more than 1048576 bytes/,
  }),
  invalid("a body over the cap without a length", writesThenEnds(`${HEAD}\r\n"${"x".repeat(CAP)}"`), {
    reason: /more than 1048576 bytes/,
    ...IN_SCREENS,
  }),
  invalid(
    "a body in single bytes",
    writes(`${HEAD}transfer-encoding: chunked\r\n\r\n${"1\r\n \r\n".repeat(20_000)}`),
    { reason: /more than 16384 pieces/ },
  ),
  invalid("no HTTP", writes("SSH-2.0-OpenSSH_9.9\r\n"), { reason: /not valid HTTP/ }),
  invalid("a status of 000", writes("HTTP/1.1 000 None\r\ncontent-length: 0\r\n\r\n"), {
    reason: /not valid HTTP/,
  }),
  invalid("a header bomb", writes(`${HEAD}x: ${"y".repeat(100_000)}\r\n\r\n`), {
    reason: /UND_ERR_HEADERS_OVERFLOW/,
  }),
  invalid(
    "many small headers",
    writes(HEAD, ...Array.from({ length: 2_000 }, (_, i) => `x-${i}: ${i}\r\n`), "\r\n"),
  ),
  invalid("a flood of 1xx", writes("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50)), { reason: /flood/ }),
  invalid(
    "an endless flood of 1xx",
    (socket) => {
      const flood = () =>
        socket.destroyed || socket.write("HTTP/1.1 102 Processing\r\n\r\n", () => setImmediate(flood));
      flood();
    },
    { reason: /flood/ },
  ),
  invalid(
    "100 Continue that was not asked for",
    writes("HTTP/1.1 100 Continue\r\n\r\n", response(200, "{}")),
  ),
  invalid(
    "101 Switching Protocols that was not asked for",
    writes("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
  ),
  invalid("two different lengths", writes(`${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{} `)),
  invalid(
    "a length and chunks",
    writes(`${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  ),
  invalid("a length that is too short", writes(`${HEAD}content-length: 3\r\n\r\n{"a":1}`), {
    reason: /not JSON/,
  }),
];
