import assert from "node:assert/strict";
import type { RequestListener, ServerResponse } from "node:http";
import { describe, it } from "node:test";
import { request } from "undici";
import { FakeClock, RawUpstream, RecordingUpstream } from "@triptych/testing";
import { API_KEY, runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import type { Target } from "./forward.ts";
import { Instances } from "./instances.ts";

const PATH = "/web/home-page";
const CANCEL = "/web/orders/1/cancel";
const JSON_HEADERS = { "Content-Type": "application/json", "Idempotency-Key": "key-1234" };
const BODY = '{"reason":"other"}';

async function get(gateway: GatewayUnderTest, headers: Record<string, string | string[]> = {}) {
  return await gateway.send(PATH, { headers: { ...(await gateway.bearer()), ...headers } });
}

async function cancel(gateway: GatewayUnderTest) {
  const headers = { ...JSON_HEADERS, ...(await gateway.bearer()) };
  return await gateway.send(CANCEL, { method: "POST", headers, body: BODY });
}

/** Every target of the sample table, at these instances. */
function allTo(instances: Instances): ReadonlyMap<string, Target> {
  const target = { kind: "instances", instances } as const;
  return new Map(["web-bff", "partner-bff", "recommendations"].map((name) => [name, target]));
}

/** An address without a listener. */
async function deadOrigin(): Promise<string> {
  await using upstream = await RawUpstream.open(() => undefined);
  return upstream.origin;
}

/** A target that speaks bytes: after a request has begun, it says `bytes` and hangs up. */
const rawTarget = (bytes: string): Promise<RawUpstream> =>
  RawUpstream.open((socket) => void socket.end(bytes));

describe("forwarding", () => {
  it("gives the target's answer as it is, less what belongs to the hop and to the gateway", async () => {
    await using gateway = await runGateway();
    gateway.target.answer = (_req, res) => {
      res.writeHead(
        418,
        [
          ["Content-Type", "text/x-odd"],
          ["ETag", '"abc"'],
          ["Link", "<a>"],
          ["Link", "<b>"],
          ["Server-Timing", "orders;dur=3"],
          ["X-Request-Id", "the-targets-own"],
          ["traceresponse", "the-targets-own"],
          ["X-Content-Type-Options", "nosniff"],
          ["X-Powered-By", "Secret 1.0"],
          ["Server", "Secret"],
          ["Set-Cookie", "__Host-session=stolen"],
          ["Connection", "X-Hop"],
          ["X-Hop", "1"],
          ["Keep-Alive", "timeout=77"],
          ["Proxy-Authenticate", "Basic"],
        ].flat(),
      );
      res.end("tea");
    };
    const answer = await get(gateway);
    assert.equal(answer.status, 418);
    assert.equal(answer.text, "tea");
    const {
      date,
      connection,
      "keep-alive": keepAlive,
      "transfer-encoding": coding,
      traceresponse,
      ...headers
    } = answer.headers;
    assert.ok(date);
    assert.notEqual(keepAlive, "timeout=77");
    assert.notEqual(connection, "X-Hop");
    assert.equal(coding, "chunked");
    assert.match(String(traceresponse), /^00-[0-9a-f]{32}-/);
    assert.deepEqual(
      { ...headers, "x-request-id": "", ratelimit: "", "ratelimit-policy": "" },
      {
        "content-type": "text/x-odd",
        etag: '"abc"',
        link: ["<a>", "<b>"],
        "server-timing": ["orders;dur=3", 'web-bff;desc="answered 418"'],
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": "",
        ratelimit: "",
        "ratelimit-policy": "",
      },
    );
    assert.notEqual(answer.headers["x-request-id"], "the-targets-own");
  });

  it("sends no hop-by-hop header, nor one that Connection names, nor a credential", async () => {
    await using gateway = await runGateway();
    const { Authorization } = await gateway.bearer();
    const connection = gateway.connect();
    connection.send(
      `GET ${PATH} HTTP/1.1\r\nHost: shop.example\r\nAuthorization: ${Authorization}\r\nConnection: keep-alive, X-Hop, X-Identity\r\n` +
        "X-Hop: 1\r\nKeep-Alive: timeout=1\r\nTE: trailers\r\nUpgrade: h2c\r\nProxy-Connection: close\r\nX-Kept: 1\r\n\r\n",
    );
    assert.equal((await connection.answer()).status, 200);
    const { headers } = gateway.target.only;
    assert.deepEqual(
      ["x-hop", "te", "upgrade", "proxy-connection", "authorization", "cookie"].filter(
        (name) => name in headers,
      ),
      [],
    );
    assert.notEqual(headers["keep-alive"], "timeout=1");
    assert.notEqual(headers.host, "shop.example");
    assert.equal(headers["x-kept"], "1");
    assert.ok(headers["x-identity"], "a client cannot name away what the gateway adds");
  });

  it("streams an answer: the first part is there before the last is made", async () => {
    await using gateway = await runGateway();
    const finish = Promise.withResolvers<undefined>();
    gateway.target.answer = (_req, res) => {
      res.setHeader("Content-Type", "application/x-ndjson");
      res.write('{"profile":1}\n');
      void finish.promise.then(() => res.end('{"degraded":[]}\n'));
    };
    const { body } = await request(`${gateway.origin}${PATH}`, { headers: await gateway.bearer() });
    const chunks = body[Symbol.asyncIterator]();
    const first = await chunks.next();
    assert.equal(String(first.value), '{"profile":1}\n');
    finish.resolve(undefined);
    const second = await chunks.next();
    assert.equal(String(second.value), '{"degraded":[]}\n');
    assert.equal((await chunks.next()).done, true);
  });

  it("lets no cache keep an answer that says nothing of caches, whatever the credential", async () => {
    await using gateway = await runGateway();
    gateway.target.answer = (req, res) => {
      if (req.url?.endsWith("?limit=1") === true) res.setHeader("Cache-Control", "max-age=60");
      if (req.url?.endsWith("?limit=2") === true) res.setHeader("Cache-Control", "");
      res.end("{}");
    };
    for (const headers of [await gateway.bearer(), { "X-API-Key": API_KEY }]) {
      const silent = await gateway.send("/api/v2/recommendations", { headers });
      assert.equal(silent.headers["cache-control"], "private, no-store");
      const empty = await gateway.send("/api/v2/recommendations?limit=2", { headers });
      assert.equal(empty.headers["cache-control"], "private, no-store");
      const said = await gateway.send("/api/v2/recommendations?limit=1", { headers });
      assert.equal(said.headers["cache-control"], "max-age=60");
    }
    const page = await gateway.send(PATH, { headers: await gateway.session() });
    assert.equal(page.headers["cache-control"], "private, no-store");
  });

  /** A page that fails after its first byte. */
  const failLate: RequestListener = (_req, res) => {
    res.setHeader("Trailer", "Server-Timing, Screen-Problem, Set-Cookie");
    res.write("<p>");
    res.addTrailers({
      "Server-Timing": "total;dur=3",
      "Screen-Problem": "upstream-timeout; section=profile",
      "Set-Cookie": "__Host-session=stolen",
    });
    res.end("</p>");
  };
  const countedProblem =
    /^gateway_screen_problems_total\{route="web",code="upstream-timeout",service="gateway"\} 1$/m;

  for (const kind of ["over the network", "in this process"]) {
    it(`knows the outcome of every screen, and passes it to no client: ${kind}`, async () => {
      let [how, outcome] = ["", ""];
      const app: RequestListener = (_req, res) => {
        if (how === "json") {
          if (outcome === "failed") res.statusCode = 503;
          res.setHeader("Screen-Outcome", outcome);
        }
        res.setHeader("Content-Type", "application/json");
        if (how === "lines") {
          res.setHeader("Trailer", "Server-Timing");
          res.write(" ");
          res.addTrailers({ "Server-Timing": "total;dur=3", "Screen-Outcome": outcome });
        }
        res.end("{}");
      };
      await using gateway = await runGateway(
        kind === "in this process" ? { targets: new Map([["web-bff", { kind: "app", app }]]) } : {},
      );
      gateway.target.answer = app;
      const headers = await gateway.bearer();
      const expected: (string | undefined)[] = [];
      for (how of ["json", "lines"]) {
        for (outcome of ["complete", "degraded", "failed", "odd"]) {
          const answer = await request(`${gateway.origin}${PATH}`, { headers });
          await answer.body.dump();
          assert.equal(answer.headers["screen-outcome"], undefined);
          assert.deepEqual({ ...answer.trailers }, how === "lines" ? { "server-timing": "total;dur=3" } : {});
          expected.push(outcome === "odd" ? undefined : outcome);
        }
      }
      const lines = await gateway.log.waitFor("request", 8);
      assert.deepEqual(
        lines.map(({ outcome }) => outcome),
        expected,
      );
      const text = await gateway.metrics.registry.metrics();
      for (const outcome of ["complete", "degraded", "failed"]) {
        assert.ok(
          text.includes(`screen_requests_total{screen="web",outcome="${outcome}",service="gateway"} 2`),
          text,
        );
      }
    });
  }

  const ends: [name: string, path: string, outcome: string | undefined, answer: RequestListener][] = [
    ["a page whose BFF dies after its first byte", PATH, "failed", (_req, res) => cutAfter(res, "<p>")],
    [
      "a complete screen that is cut on its way",
      PATH,
      "failed",
      (_req, res) =>
        cutAfter(res.setHeader("Screen-Outcome", "complete").setHeader("Content-Length", 9), "{"),
    ],
    ["a BFF that dies before it answers", PATH, "failed", (_req, res) => void res.destroy()],
    [
      "an answer of a BFF that is no screen",
      PATH,
      undefined,
      (_req, res) => void res.writeHead(404, { "Content-Type": "application/problem+json" }).end("{}"),
    ],
    [
      "a service that dies, as it has no screens",
      "/api/v2/recommendations",
      undefined,
      (_req, res) => void res.destroy(),
    ],
  ];
  for (const [name, path, expected, answer] of ends) {
    it(`logs and counts ${expected ?? "no outcome"} of ${name}`, async () => {
      await using gateway = await runGateway();
      gateway.target.answer = answer;
      await gateway.send(path, { headers: await gateway.bearer() }).catch(() => undefined);
      assert.equal((await gateway.log.only("request"))["outcome"], expected);
      const counted = 'screen_requests_total{screen="web",outcome="failed",service="gateway"} 1';
      const text = await gateway.metrics.registry.metrics();
      assert.equal(text.includes(counted), expected === "failed");
    });
  }

  it("has no outcome of a page that its client did not wait for", async () => {
    await using gateway = await runGateway();
    gateway.target.answer = (_req, res) => void res.write("<p>");
    const { body } = await request(`${gateway.origin}${PATH}`, { headers: await gateway.bearer() });
    body.on("error", () => undefined).destroy();
    assert.equal((await gateway.log.only("request"))["outcome"], undefined);
  });

  it("keeps trailers, and counts and logs the problem that one of them tells", async () => {
    await using gateway = await runGateway();
    gateway.target.answer = failLate;
    const { body, trailers } = await request(`${gateway.origin}${PATH}`, { headers: await gateway.bearer() });
    assert.equal(await body.text(), "<p></p>");
    assert.deepEqual(
      { ...trailers },
      { "server-timing": "total;dur=3", "screen-problem": "upstream-timeout; section=profile" },
    );
    assert.match(await gateway.metrics.registry.metrics(), countedProblem);
    const { status, outcome, problem } = await gateway.log.only("request");
    assert.deepEqual([status, outcome, problem], [200, "failed", "upstream-timeout"]);
  });

  it("counts that problem also for clients that get no trailers, and for an app in this process", async () => {
    await using old = await runGateway();
    old.target.answer = failLate;
    const { Authorization } = await old.bearer();
    const connection = old.connect();
    connection.send(`GET ${PATH} HTTP/1.0\r\nAuthorization: ${Authorization}\r\n\r\n`);
    assert.match(await connection.closed(), /<p><\/p>$/);
    assert.match(await old.metrics.registry.metrics(), countedProblem);

    await using inside = await runGateway({
      targets: new Map([["web-bff", { kind: "app", app: failLate }]]),
    });
    const { body, trailers } = await request(`${inside.origin}${PATH}`, { headers: await inside.bearer() });
    await body.dump();
    assert.equal(trailers["screen-problem"], "upstream-timeout; section=profile");
    assert.match(await inside.metrics.registry.metrics(), countedProblem);
  });

  it("holds a body that no schema describes until it is whole, and counts no upload that was aborted", async () => {
    await using gateway = await runGateway();
    const { Authorization } = await gateway.bearer();
    const head =
      `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\nIdempotency-Key: key-1234\r\n` +
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\r\n";
    const leaving = gateway.connect().send(`${head}reason`);
    await gateway.log.waitFor("ready");
    leaving.socket.end();
    const [line] = await gateway.log.waitFor("request");
    assert.deepEqual([line?.["status"], line?.["problem"], line?.["aborted"]], [499, undefined, true]);
    const connection = gateway.connect().send(`${head}reason`);
    connection.send("=other");
    assert.equal((await connection.answer()).status, 200);
    assert.equal(gateway.target.only.body, "reason=other");
    assert.equal(gateway.target.only.headers["content-length"], "12");
  });

  it("ends the target's work when the client leaves, before the answer and within it", async () => {
    await using gateway = await runGateway();
    const { Authorization } = await gateway.bearer();
    for (const answer of ["nothing", "half"] as const) {
      gateway.target.requests.length = 0;
      gateway.target.answer = (_req, res) => void (answer === "half" && res.write("half"));
      const connection = gateway.connect();
      connection.send(`GET ${PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\n\r\n`);
      if (answer === "half") await connection.seen("half");
      else await gateway.target.until(() => gateway.target.requests.length === 1);
      connection.destroy();
      await gateway.target.until(() => gateway.target.requests[0]?.aborted === true);
    }
    const [line] = await gateway.log.waitFor("request", 2);
    assert.equal(line?.["aborted"], true);
    assert.equal(line?.["status"], 499);
  });

  it("answers 504 at the deadline, tells the target of it, and ends its work", async () => {
    await using gateway = await runGateway();
    gateway.target.answer = () => undefined;
    const answer = get(gateway);
    await gateway.target.until(() => gateway.target.requests.length === 1);
    assert.equal(gateway.target.only.headers["x-request-timeout-ms"], "4990");
    gateway.clock.advance(5_000);
    const { status, text, headers } = await answer;
    assert.equal(status, 504);
    assert.deepEqual(
      [JSON.parse(text).type, JSON.parse(text).upstream],
      ["/problems/upstream-timeout", "web-bff"],
    );
    assert.equal(headers["server-timing"], 'gateway;desc="forward"');
    await gateway.target.until(() => gateway.target.only.aborted);
  });

  it("cuts an answer that is not whole at the deadline", async () => {
    await using gateway = await runGateway();
    gateway.target.answer = (_req, res) => void res.write("half");
    const { body } = await request(`${gateway.origin}${PATH}`, { headers: await gateway.bearer() });
    const text = body.text();
    await gateway.target.until(() => gateway.target.requests.length === 1);
    gateway.clock.advance(5_000);
    await assert.rejects(text);
  });

  it("answers 503 when the target does not listen", async () => {
    const instances = new Instances([await deadOrigin()], new FakeClock());
    await using gateway = await runGateway({ targets: allTo(instances) });
    const answer = await get(gateway);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers["retry-after"], "1");
    assert.equal(JSON.parse(answer.text).type, "/problems/upstream-unavailable");
    assert.ok(!answer.text.includes("127.0.0.1"), "no address is shown");
    await instances.close();
  });

  const broken: [name: string, bytes: string, status: number, tries: number][] = [
    ["no HTTP", "220 smtp.example ESMTP\r\n", 502, 1],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 502, 1],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      502,
      1,
    ],
    ["headers without end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(20_000)}\r\n`, 502, 1],
    ["nothing, twice", "", 503, 2],
  ];
  for (const [name, bytes, status, tries] of broken) {
    it(`answers ${status} to a target that says ${name}, after ${tries} tries`, async () => {
      await using target = await rawTarget(bytes);
      const instances = new Instances([target.origin], new FakeClock());
      await using gateway = await runGateway({ targets: allTo(instances) });
      assert.equal((await get(gateway)).status, status);
      assert.equal(target.connections, tries);
      await instances.close();
    });
  }

  it("tries nothing twice that has a body, when a connection breaks", async () => {
    await using target = await rawTarget("");
    const instances = new Instances([target.origin], new FakeClock());
    await using gateway = await runGateway({ targets: allTo(instances) });
    assert.equal((await cancel(gateway)).status, 503);
    assert.equal(target.connections, 1);
    await instances.close();
  });

  it("passes over an instance that cannot be reached, also for a body, which arrives whole and once", async () => {
    await using alive = new RecordingUpstream();
    const instances = new Instances([await deadOrigin(), await alive.listen()], new FakeClock());
    await using gateway = await runGateway({ targets: allTo(instances) });
    assert.equal((await cancel(gateway)).status, 200);
    assert.equal(alive.only.body, BODY);
    const { Authorization } = await gateway.bearer();
    const form = await gateway.send(CANCEL, {
      method: "POST",
      headers: {
        Authorization,
        "Idempotency-Key": "key-1234",
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: "reason=other",
    });
    assert.equal(form.status, 200);
    assert.equal(alive.requests[1]?.body, "reason=other");
    await instances.close();
  });

  it("shares requests between instances, one of which cannot be reached", async () => {
    await using first = new RecordingUpstream();
    await using second = new RecordingUpstream();
    const clock = new FakeClock();
    const instances = new Instances([await first.listen(), await second.listen(), await deadOrigin()], clock);
    await using gateway = await runGateway({ targets: allTo(instances) });
    for (let index = 0; index < 12; index += 1) assert.equal((await get(gateway)).status, 200);
    assert.ok(first.requests.length >= 4 && second.requests.length >= 4);
    await instances.close();
  });
});

function cutAfter(res: ServerResponse, text: string): void {
  res.write(text, () => void setImmediate(() => res.destroy()));
}
