import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { describe, it } from "node:test";
import { createLogger, createMetrics, inbound, record } from "@triptych/service-kit";
import { CapturedLog } from "@triptych/testing";
import { runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";

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

describe("forwarding to a target in this process", () => {
  it("gives a target in this process the same request, without a hop", async () => {
    const seen: { url: string; headers: Record<string, unknown>; body: string; raw: string[] }[] = [];
    await using gateway = await runGateway({
      targets: new Map([
        [
          "web-bff",
          {
            kind: "app",
            app: (req, res) => {
              let body = "";
              req.setEncoding("utf8").on("data", (text: string) => (body += text));
              req.once("end", () => {
                seen.push({ url: req.url ?? "", headers: req.headers, body, raw: req.rawHeaders });
                res.end("in process");
              });
            },
          },
        ],
      ]),
    });
    const answer = await cancel(gateway);
    assert.equal(answer.text, "in process");
    assert.equal(gateway.target.connections, 0);
    const [request] = seen;
    assert.ok(request);
    assert.equal(request.url, CANCEL);
    assert.equal(request.body, BODY);
    assert.ok(request.headers["x-identity"] !== undefined && request.headers["txn-token"] !== undefined);
    assert.equal(request.headers["authorization"], undefined);
    assert.equal(request.headers["content-type"], "application/json");
    assert.ok(!request.raw.some((text) => /^authorization$/i.test(text)));
  });

  it("gives a target in this process the body and the query that were checked, however they came", async () => {
    const seen: (string | undefined)[] = [];
    const app: RequestListener = (req, res) => {
      let body = "";
      req.setEncoding("utf8").on("data", (text: string) => (body += text));
      const { "content-type": type, "content-length": length, "transfer-encoding": coding } = req.headers;
      req.once("end", () => {
        seen.push(req.url, body, type, length, coding);
        res.end();
      });
    };
    await using gateway = await runGateway({ targets: new Map([["web-bff", { kind: "app", app }]]) });
    const { Authorization } = await gateway.bearer();
    const bytes = Buffer.from(`\uFEFF${BODY}`).toString("latin1");
    const socket = gateway.connect();
    socket.socket.write(
      Buffer.from(
        `POST ${CANCEL} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\nIdempotency-Key: key-1234\r\n` +
          `Content-Type: application/hal+json\r\nTransfer-Encoding: chunked\r\n\r\n${bytes.length.toString(16)}\r\n${bytes}\r\n0\r\n\r\n`,
        "latin1",
      ),
    );
    assert.equal((await socket.answer()).status, 200);
    assert.deepEqual(seen.splice(0), [CANCEL, BODY, "application/json", String(BODY.length), undefined]);
    const headers = { Authorization };
    assert.equal((await gateway.send("/web/orders?lim%69t=3&&status=paid", { headers })).status, 200);
    assert.deepEqual(seen, ["/web/orders?limit=3&status=paid", "", undefined, undefined, undefined]);
  });

  it("accounts once for a request that an app in this process answers, and names it beside the app's own timing", async () => {
    const log = new CapturedLog(createLogger);
    const metrics = createMetrics({ name: "app", processMetrics: false });
    const letIn = inbound({ name: "bff", logger: log.logger, metrics });
    await using gateway = await runGateway({
      targets: new Map([
        [
          "web-bff",
          {
            kind: "app",
            app: (req, res) =>
              letIn(req, res, () => {
                record(res).screen = "home-page";
                res.setHeader("Server-Timing", "total;dur=1");
                res.writeHead(404, { "Content-Type": "text/plain" }).end("none");
              }),
          },
        ],
      ]),
    });
    const { status, headers } = await get(gateway);
    assert.equal(status, 404);
    assert.deepEqual(headers["server-timing"], ["total;dur=1", 'web-bff;desc="answered 404"']);
    const { screen, layer, refusedBy } = await gateway.log.only("request");
    assert.deepEqual(
      { screen, layer, refusedBy },
      { screen: "home-page", layer: "web-bff", refusedBy: "answered 404" },
    );
    assert.deepEqual(log.raw, []);
    assert.doesNotMatch(await metrics.registry.metrics(), /_duration_seconds_count/);
    assert.match(
      await gateway.metrics.registry.metrics(),
      /^http_request_duration_seconds_count\{service="gateway",screen="home-page",method="GET",status="404"\} 1$/m,
    );
  });
});
