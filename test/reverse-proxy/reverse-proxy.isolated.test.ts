import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { createPages } from "@triptych/gateway";
import { problemBody } from "@triptych/service-kit";
import { Agent, request } from "undici";
import { ROUTES } from "@triptych/gateway-app";
import { RawTls, send, sendHttp2 } from "./testing/client.ts";
import type { Reply } from "./testing/client.ts";
import { missing, runProxy } from "./testing/proxy.ts";
import type { ProxyName, RunningProxy } from "./testing/proxy.ts";
import { RecordingGateway } from "./testing/recording-gateway.ts";

const PATH = "/web/home-page";

/** What a browser sends that opens a page. */
const BROWSER = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
/** Also takes pages, but asks for data first. */
const PROGRAM = { Accept: "application/json, text/html;q=0.1" };

/** The gateway's page for a problem, as the proxies' configuration holds it: in one line. */
function gatewaysPage(code: "not-found" | "upstream-unavailable"): string {
  const problem = { ...problemBody({ code, detail: "" }, ""), instance: "" };
  return createPages(ROUTES).problem(problem).document.trim().replaceAll("\n", " ").replaceAll(", #", ",#");
}

function assertPage(page: Reply, status: number, code: Parameters<typeof gatewaysPage>[0]): void {
  assert.deepEqual([page.status, page.headers["content-type"]], [status, "text/html; charset=utf-8"]);
  assert.equal(page.body, gatewaysPage(code), "the page to write into the proxy's configuration");
  assert.match(String(page.headers["content-security-policy"]), /^default-src 'none'; /);
  assert.equal(page.headers["cache-control"], "no-store");
}

/** How long a proxy that lost its gateways waits before it tries them again. */
async function untilAnswered(proxy: RunningProxy): Promise<void> {
  while ((await send(proxy, PATH)).status !== 200) await setTimeout(50);
}

for (const name of ["haproxy", "nginx"] as const satisfies readonly ProxyName[]) {
  describe(`${name} in front of two gateways`, { skip: missing(name) ?? false }, () => {
    let proxy: RunningProxy;
    let gateways: readonly [RecordingGateway, RecordingGateway];
    const seen = () => gateways.flatMap((gateway) => gateway.seen);
    const only = () => {
      const [request, ...more] = seen();
      assert.ok(request);
      assert.equal(more.length, 0, `expected one request, but ${more.length + 1} came`);
      return request;
    };

    before(async () => {
      gateways = [await new RecordingGateway().start(), await new RecordingGateway().start()];
      proxy = await runProxy(name, gateways);
    });
    beforeEach(() => {
      for (const gateway of gateways) {
        gateway.seen.length = 0;
        gateway.answer = (_req, res) => void res.end("ok");
      }
    });
    after(async () => {
      await proxy[Symbol.asyncDispose]();
      for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
    });

    it("speaks HTTP/2 and HTTP/1.1 over TLS", async () => {
      const second = await sendHttp2(proxy, PATH);
      assert.deepEqual([second.protocol, second.status, second.body], ["h2", 200, "ok"]);
      assert.equal((await send(proxy, PATH)).status, 200);
      assert.equal(seen().length, 2);
    });

    it("refuses TLS older than 1.2", async () => {
      const socket = connectTls({
        port: proxy.httpsPort,
        host: "127.0.0.1",
        ca: proxy.ca,
        maxVersion: "TLSv1.1",
        minVersion: "TLSv1",
      });
      await assert.rejects(once(socket, "secureConnect"));
    });

    it("redirects HTTP to HTTPS at its own address, whatever Host says", async () => {
      const answer = await request(`http://127.0.0.1:${proxy.httpPort}${PATH}?a=b`, {
        headers: { Host: "evil.example" },
      });
      await answer.body.dump();
      assert.equal(answer.statusCode, 308);
      assert.equal(answer.headers["location"], `${proxy.publicOrigin}${PATH}?a=b`);
      assert.equal(seen().length, 0);
    });

    for (const path of [
      "/",
      "/web/a",
      "/mobile/a",
      "/partner/graphql",
      "/api/v1/orders",
      "/auth/login",
      "/media/a",
    ]) {
      it(`forwards ${path}`, async () => {
        assert.equal((await send(proxy, path)).status, 200);
        assert.equal(only().url, path);
      });
    }

    for (const path of ["/website", "/admin", "/readyz", "/metrics", "/revocations", "/webx/a"]) {
      it(`answers 404 to ${path} by itself, and says so`, async () => {
        const answer = await send(proxy, path);
        assert.equal(answer.status, 404);
        assert.equal(answer.headers["content-type"], "application/problem+json");
        assert.equal(answer.headers["server-timing"], 'proxy;desc="path"');
        assert.equal(JSON.parse(answer.body).type, "/problems/not-found");
        assert.equal(seen().length, 0);
      });
    }

    it("answers 404 to a browser with the gateway's page, and with a problem to a program", async () => {
      const pages = [
        await send(proxy, "/nothing", { headers: BROWSER }),
        await sendHttp2(proxy, "/nothing", { accept: BROWSER.Accept }),
        await send(proxy, "/nothing", { method: "POST", headers: BROWSER }),
      ];
      for (const page of pages) assertPage(page, 404, "not-found");
      const problem = await send(proxy, "/nothing", { headers: PROGRAM });
      assert.deepEqual(
        [problem.status, problem.headers["content-type"], problem.headers["content-security-policy"]],
        [404, "application/problem+json", undefined],
      );
      assert.equal(problem.headers["server-timing"], pages[0]?.headers["server-timing"]);
    });

    it("tells the gateway the client's address, and drops what the client says about it", async () => {
      await send(proxy, PATH, {
        headers: {
          "X-Forwarded-For": "10.9.9.9",
          "x-forwarded-proto": "http",
          "X-Forwarded-Host": "evil.example",
          Forwarded: "for=10.9.9.9",
          "X-Real-IP": "10.9.9.9",
          Via: "1.1 evil",
          "X-User-Id": "1",
          "x-identity": "a.b.c",
          "TXN-TOKEN": "a.b.c",
          X_User_Id: "1",
          Proxy: "http://evil.example",
          Authorization: "Bearer kept",
          Cookie: "kept=1",
        },
      });
      const { headers, rawHeaders } = only();
      assert.equal(headers["x-forwarded-for"], "127.0.0.1");
      assert.equal(headers["x-forwarded-proto"], "https");
      assert.deepEqual([headers["authorization"], headers["cookie"]], ["Bearer kept", "kept=1"]);
      const text = rawHeaders.join("\n");
      assert.doesNotMatch(text, /evil|10\.9\.9\.9|a\.b\.c/);
      assert.doesNotMatch(text, /user.?id/i);
    });

    it("streams an answer", async () => {
      const finish = Promise.withResolvers<undefined>();
      for (const gateway of gateways) {
        gateway.answer = (_req, res) => {
          res.write("first");
          void finish.promise.then(() => res.end("last"));
        };
      }
      const agent = new Agent({ connect: { ca: proxy.ca } });
      const { body } = await request(`https://127.0.0.1:${proxy.httpsPort}${PATH}`, { dispatcher: agent });
      const chunks = body[Symbol.asyncIterator]();
      assert.equal(String((await chunks.next()).value), "first");
      finish.resolve(undefined);
      assert.equal(String((await chunks.next()).value), "last");
      await agent.destroy();
    });

    it("forwards a gateway's refusal unchanged", async () => {
      for (const gateway of gateways) {
        gateway.answer = (_req, res) => {
          res.writeHead(401, {
            "Content-Type": "application/problem+json",
            "Server-Timing": 'gateway;desc="authentication"',
          });
          res.end("{}");
        };
      }
      const answer = await send(proxy, PATH);
      assert.deepEqual(
        [answer.status, answer.body, answer.headers["server-timing"]],
        [401, "{}", 'gateway;desc="authentication"'],
      );
    });

    it("refuses a body that is announced too large before it is sent", async () => {
      using connection = new RawTls(proxy);
      const answer = await connection.exchange(
        `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 413 /);
      assert.match(answer, /server-timing: proxy;desc="size"/i);
      assert.equal(seen().length, 0);
    });

    it("answers 414 to a target of more than 4,096 characters", async () => {
      const { status, headers, body } = await send(proxy, `/web/${"a".repeat(5_000)}`);
      assert.deepEqual([status, headers["server-timing"]], [414, 'proxy;desc="size"']);
      assert.equal(JSON.parse(body).type, "/problems/uri-too-long");
      // nginx counts 4 KiB for a line of HTTP/1.1 and for a field of HTTP/2: the gateway counts the
      // rest.
      if (name === "haproxy") {
        assert.equal((await sendHttp2(proxy, `/web/${"a".repeat(4_092)}`)).status, 414);
        assert.equal((await sendHttp2(proxy, `/web/${"a".repeat(4_091)}`)).status, 200);
      }
    });

    for (const [what, headers] of [
      ["a tunnel", { ":method": "CONNECT", ":authority": "a:80" }],
      [
        "a WebSocket over HTTP/2",
        {
          ":method": "CONNECT",
          ":protocol": "websocket",
          ":scheme": "https",
          ":path": PATH,
          ":authority": "a",
        },
      ],
    ] as const) {
      it(`answers a 4xx to a client that wants ${what}, and does not offer it`, async () => {
        const session = connectHttp2(`https://127.0.0.1:${proxy.httpsPort}`, { ca: proxy.ca });
        const [settings]: unknown[] = await once(session, "remoteSettings");
        assert.partialDeepStrictEqual(settings, { enableConnectProtocol: false });
        const stream = session.request(headers, { endStream: false });
        const [answer]: unknown[] = await once(stream, "response");
        assert.match(JSON.stringify(answer), /":status":4\d\d/);
        session.destroy();
        assert.equal(seen().length, 0);
      });
    }

    for (const host of ["a b", "a,b", "a@b", "a/b"]) {
      it(`answers 400 to the Host ${host}, or leaves it to the gateway`, async () => {
        using connection = new RawTls(proxy);
        const answer = await connection.exchange(`GET ${PATH} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        if (name === "haproxy" || host === "a b") assert.match(answer, /^HTTP\/1\.1 400 /);
      });
    }

    for (const [what, bytes] of [
      [
        "a header of 20,000 characters",
        `GET ${PATH} HTTP/1.1\r\nHost: a\r\nX-A: ${"a".repeat(20_000)}\r\n\r\n`,
      ],
      ["5,000 headers", `GET ${PATH} HTTP/1.1\r\nHost: a\r\n${"X-A: 1\r\n".repeat(5_000)}\r\n`],
    ] as const) {
      it(`refuses ${what}`, async () => {
        using connection = new RawTls(proxy);
        assert.match(await connection.exchange(bytes), /^HTTP\/1\.1 4\d\d |^$/);
        assert.equal(seen().length, 0);
      });
    }

    const broken: [name: string, ask: () => Promise<number>][] = [
      ["over HTTP/1.1", async () => (await send(proxy, PATH, { method: "POST", body: "x" })).status],
      [
        "of a browser, which gets a page,",
        async () => {
          const page = await send(proxy, PATH, { method: "POST", body: "x", headers: BROWSER });
          assertPage(page, page.status, "upstream-unavailable");
          return page.status;
        },
      ],
      ["over HTTP/2", async () => (await sendHttp2(proxy, PATH, { ":method": "POST" }, "x")).status],
      [
        "as a connection's second request",
        async () => {
          using connection = new RawTls(proxy);
          const answers = await connection.exchange(
            `GET /web/first HTTP/1.1\r\nHost: a\r\n\r\nPOST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx`,
          );
          return Number(/HTTP\/1\.1 [345](\d\d)/.exec(answers)?.[1] ?? 0) + 500;
        },
      ],
    ];
    for (const [how, ask] of broken) {
      it(`answers 502 to a POST ${how} whose gateway died, and does not repeat it`, async () => {
        for (const gateway of gateways) {
          gateway.answer = (req, res) => void (req.method === "GET" ? res.end("ok") : req.socket.destroy());
        }
        const status = await ask();
        assert.ok(status === 502 || status === 503, `it said ${status}`);
        assert.equal(seen().filter(({ method }) => method === "POST").length, 1);
      });
    }

    it("skips a gateway that refuses connections, and a POST still arrives complete and once", async () => {
      const [gone, alive] = gateways;
      await untilAnswered(proxy);
      await gone.stopPublic();
      for (let index = 0; index < 6; index += 1) {
        alive.seen.length = 0;
        assert.equal((await send(proxy, PATH, { method: "POST", body: "whole" })).status, 200);
        assert.equal(alive.seen.length, 1);
        assert.equal(alive.seen[0]?.body, "whole");
      }
      await alive.stopPublic();
      const answer = await send(proxy, PATH);
      assert.equal(answer.status, 503);
      assert.equal(answer.headers["retry-after"], "1");
      assert.equal(JSON.parse(answer.body).type, "/problems/upstream-unavailable");
      const page = await send(proxy, PATH, { headers: BROWSER });
      assertPage(page, 503, "upstream-unavailable");
      assert.equal(page.headers["retry-after"], "1");
      await Promise.all([gone.startPublic(), alive.startPublic()]);
      await untilAnswered(proxy);
    });

    it("shares requests between the gateways", async () => {
      const both = (): boolean => gateways.every((gateway) => gateway.seen.length > 0);
      while (!both()) {
        await Promise.all(Array.from({ length: 4 }, async () => send(proxy, PATH)));
      }
      assert.ok(both());
    });

    // The open-source nginx has no health checks (only nginx Plus has): it notices a refused
    // connection.
    if (name === "haproxy") {
      it("checks whether a gateway is ready, and sends it nothing while it drains", async () => {
        const [draining, other] = gateways;
        draining.ready = false;
        const { checks } = draining;
        while (draining.checks < checks + 4) await setTimeout(20);
        draining.seen.length = 0;
        for (let index = 0; index < 6; index += 1) assert.equal((await send(proxy, PATH)).status, 200);
        assert.equal(draining.seen.length, 0);
        assert.ok(other.seen.length >= 6);
        draining.ready = true;
      });

      it("does not cut an answer that has begun when its gateway is down", async () => {
        await untilAnswered(proxy);
        const begun = Promise.withResolvers<() => void>();
        for (const gateway of gateways) {
          gateway.answer = (_req, res) => {
            res.write("first ");
            begun.resolve(() => {
              gateway.ready = true;
              res.end("last");
            });
            gateway.ready = false;
          };
        }
        const answer = send(proxy, PATH);
        const finish = await begun.promise;
        const down = gateways.find(({ ready }) => !ready);
        assert.ok(down);
        const { checks } = down;
        while (down.checks < checks + 4) await setTimeout(20);
        finish();
        assert.equal((await answer).body, "first last");
      });
    }

    it("logs a line for each request with the gateway's ids, and no token, cookie or query", async () => {
      const ids = { "X-Request-Id": "r-1", traceresponse: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
      for (const gateway of gateways) {
        gateway.answer = (_req, res) => void res.writeHead(200, ids).end();
      }
      const { headers } = await send(proxy, `${PATH}?email=ada-at-example`, {
        headers: { Authorization: "Bearer secret-token", Cookie: "__Host-session=secret-cookie" },
      });
      assert.deepEqual([headers["x-request-id"], headers["traceresponse"]], ["r-1", undefined]);
      while (!proxy.log().includes(`path="${PATH}"`)) await setTimeout(20);
      const said = proxy.log().replaceAll('"', "");
      assert.ok(said.includes(`request=r-1 trace=${ids.traceresponse} method=GET path=${PATH}`), said);
      assert.doesNotMatch(proxy.log(), /ada-at-example|secret-/);
    });

    it("shows its status page on the loopback address", async () => {
      const answer = await request(`http://127.0.0.1:${proxy.statsPort}/`);
      assert.equal(answer.statusCode, 200);
      assert.match(await answer.body.text(), /gateway|Active connections/i);
    });

    it("refuses plain HTTP on the TLS port", async () => {
      const socket = connectTcp(proxy.httpsPort, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(`GET ${PATH} HTTP/1.1\r\nHost: a\r\n\r\n`);
      socket.resume();
      // A reset is fine too; `once` would throw it.
      await new Promise<void>((resolve) => void socket.once("close", () => resolve()));
      assert.equal(seen().length, 0);
    });
  });
}
