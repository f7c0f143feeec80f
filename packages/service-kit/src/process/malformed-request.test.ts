import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { CapturedLog, FakeClock, RawConnection } from "@triptych/testing";
import { createLogger } from "../logging/logger.ts";
import { createMetrics } from "../index.ts";
import { LINGER_MS } from "../requests/limits.ts";
import { runApp, type RunningApp } from "../testing/running-app.ts";
import { HTTP_LIMITS } from "./listen.ts";
import { PublicServer } from "./public-server.ts";

function run(): Promise<RunningApp> {
  return runApp((express) => {
    express.post("/", (req, res) => {
      res.json(req.body);
    });
  });
}

const MALFORMED: readonly (readonly [string, string, number, RegExp])[] = [
  ["no HTTP at all", "GARBAGE\r\n\r\n", 400, /"type":"\/problems\/invalid-request"/],
  [
    "a header name with a space",
    "GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
    400,
    /not well-formed HTTP/,
  ],
  [
    "a length beside chunked",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
    /invalid-request/,
  ],
  [
    "two lengths",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    400,
    /invalid/,
  ],
  [
    "a length that is no number",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc",
    400,
    /invalid/,
  ],
  [
    "headers over 16 KiB",
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(17_000)}\r\n\r\n`,
    431,
    /about:blank/,
  ],
  ["a wish for a tunnel", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400, /CONNECT asks for a tunnel/],
  [
    "a path over 16 KiB",
    `GET /${"x".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    414,
    /\/problems\/uri-too-long/,
  ],
];

for (const [what, request, status, expected] of MALFORMED) {
  test(`answers ${what} with a ${status} problem that names the layer, and closes`, async () => {
    await using app = await run();
    const connection = app.connect().send(request);
    const answer = await connection.answer();
    assert.equal(answer.status, status);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.equal(answer.headers["connection"], "close");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
    assert.match(answer.body, expected);
    const body: unknown = JSON.parse(answer.body);
    assert.ok(typeof body === "object" && body !== null && "status" in body && "instance" in body);
    assert.equal(body.status, status);
    assert.equal(body.instance, answer.headers["x-request-id"]);
    assert.doesNotMatch(answer.body, /HPE_|[Pp]arse|llhttp/);
    app.clock.advance(LINGER_MS);
    await connection.closed();
    const line = await app.log.only("request");
    assert.equal(line["status"], status);
    assert.equal(line["requestId"], body.instance);
    const by = status === 400 ? "malformed" : "size";
    assert.equal(answer.headers["server-timing"], `test-app;desc="${by}"`);
    assert.partialDeepStrictEqual(line, { layer: "test-app", refusedBy: by });
    assert.match(
      await app.metrics.registry.metrics(),
      new RegExp(`screen="none",method="OTHER",status="${status}"\\} 1`),
    );
  });
}

test("a client that closes on the refusal leaves no timer behind", async () => {
  const app = await run();
  const connection = app.connect().send("GARBAGE\r\n\r\n");
  await connection.answer();
  connection.destroy();
  await app.stop();
  // The server is closed some turns of the event loop before its last socket says so.
  for (let turn = 0; turn < 100 && app.clock.pending > 0; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(app.clock.pending, 0);
});

test("a chunked body that breaks in the middle is a 400, logged once with the request's own id", async () => {
  await using app = await run();
  const connection = app
    .connect()
    .send(
      "POST / HTTP/1.1\r\nHost: a\r\nX-Request-Id: req-1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    );
  const answer = await connection.answer();
  assert.equal(answer.status, 400);
  assert.match(answer.body, /"instance":"req-1"/);
  assert.equal(answer.headers["server-timing"], 'test-app;desc="malformed"');
  await connection.closed();
  const line = await app.log.only("request");
  assert.equal(line["status"], 400);
  assert.equal(line["requestId"], "req-1");
  assert.equal(line["refusedBy"], "malformed");
  assert.equal(line["aborted"], undefined);
});

const POST = (path: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{"a":1}`;
/**
 * What may follow whole requests on their connection, and what it is answered with: 0 for nothing.
 */
const FOLLOWING: readonly (readonly [what: string, bytes: string, status: number])[] = [
  ["garbage", "GARBAGE\r\n\r\n", 400],
  ["garbage in two parts", "GARB\0\r\n\r\nmore", 400],
  ["a wish for a tunnel", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["a chunk that is none", "POST /late HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400],
  ["headers that are too large", `GET / HTTP/1.1\r\nX: ${"x".repeat(17_000)}\r\n\r\n`, 431],
];

for (const [what, bytes, status] of FOLLOWING) {
  test(`requests that came whole before ${what} get their answers, and then it gets its own`, async () => {
    const held: (() => void)[] = [];
    await using app = await runApp((express) => {
      express.post("/late", (_req, res) => void held.push(() => res.json({ late: true })));
      express.post("/streamed", (_req, res) => {
        res.write("first");
        held.push(() => res.end("last"));
      });
    });
    const connection = app.connect().send(POST("/late") + POST("/streamed") + bytes);
    while (held.length < 2) await new Promise((resolve) => setImmediate(resolve));
    connection.send("and more");
    for (const answer of held) answer();
    const answers = [await connection.answer(), await connection.answer(), await connection.answer()];
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, status],
    );
    assert.match(answers[1]?.body ?? "", /first.*last/s);
    app.clock.advance(LINGER_MS);
    await connection.closed();
    const lines = await app.log.waitFor("request", 3);
    assert.deepEqual(
      lines.map((line) => String(line["status"])).toSorted((a, b) => a.localeCompare(b)),
      ["200", "200", String(status)],
    );
  });
}

test("a client that ends its side within a second request still gets the answer to its first", async () => {
  await using app = await run();
  const connection = app.connect();
  connection.socket.end(`${POST("/")}POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{`);
  assert.match(await connection.closed(), /^HTTP\/1\.1 200 OK\r\n/);
});

test("a client that is refused and sends the rest of its body no more is counted once", async () => {
  await using app = await runApp((express) => {
    express.post("/forbidden", (_req, res) => void res.status(403).end());
  });
  const connection = app.connect();
  connection.send("POST /forbidden HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n{");
  assert.equal((await connection.answer()).status, 403);
  connection.socket.end();
  await connection.closed();
  assert.equal((await app.log.only("request"))["status"], 403);
});

test("a client that leaves before, between and within its headers is no error", async () => {
  await using app = await run();
  const silent = app.connect();
  silent.socket.once("connect", () => silent.socket.resetAndDestroy());
  await silent.closed();
  const within = app.connect().send("GET / HTTP/1.1\r\nHo");
  within.socket.once("connect", () => setImmediate(() => within.socket.resetAndDestroy()));
  await within.closed();
  // The server still answers, and has logged nothing worse than a request.
  const answer = await app.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
  assert.equal(answer.status, 404);
  await app.log.waitFor("request");
  assert.doesNotMatch(app.log.raw.join(""), /"level":"(warn|error|fatal)"/);
});

test("the limits on connections are the published ones", () => {
  const server = createServer(HTTP_LIMITS);
  assert.equal(server.headersTimeout, 10_000);
  assert.equal(server.requestTimeout, 15_000);
  assert.equal(HTTP_LIMITS.handshakeTimeout, 10_000);
  assert.ok(HTTP_LIMITS.connectionsCheckingInterval <= 1_000, "or they do not hold to a second");
  assert.ok(server.keepAliveTimeout > 60_000, "or a load balancer meets closing connections");
});

/**
 * A server that has no patience: Node's own clock cannot be injected, so its limits are cut to
 * nothing.
 */
async function impatient(limits: { headersTimeout: number; requestTimeout: number }) {
  const log = new CapturedLog(createLogger);
  const clock = new FakeClock();
  const metrics = createMetrics({ name: "test-app", processMetrics: false });
  const { server } = new PublicServer({
    name: "test-app",
    app: () => {},
    logger: log.logger,
    metrics,
    clock,
  });
  Object.assign(server, limits);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const connection = new RawConnection(address.port);
  return {
    connection,
    log,
    clock,
    async [Symbol.asyncDispose]() {
      connection.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("headers that do not come in time are answered with 408", async () => {
  await using slow = await impatient({ headersTimeout: 1, requestTimeout: 2 });
  slow.connection.send("GET / HTTP/1.1\r\nHost: a\r\n");
  const answer = await slow.connection.answer();
  assert.equal(answer.status, 408);
  assert.match(answer.body, /"type":"about:blank","title":"Request Timeout","status":408/);
  assert.equal(answer.headers["server-timing"], 'test-app;desc="slow"');
  slow.clock.advance(LINGER_MS);
  await slow.connection.closed();
  assert.equal((await slow.log.only("request"))["status"], 408);
});

test("a body that does not come in time is answered with 408", async () => {
  await using slow = await impatient({ headersTimeout: 1, requestTimeout: 2 });
  slow.connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  assert.equal((await slow.connection.answer()).status, 408);
  await slow.connection.closed();
});
