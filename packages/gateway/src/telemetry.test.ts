import assert from "node:assert/strict";
import { it } from "node:test";
import { API_KEY, runGateway } from "./testing/gateway-under-test.ts";

it("each request has one log line, with route, consumer and layer, and no token, address or person in any", async () => {
  await using gateway = await runGateway();
  const token = await gateway.bearer({ sub: "user-42-secret" });
  const session = await gateway.session({ user: { userId: "user-9-secret" } });
  await gateway.send("/web/orders/order-id-secret", { headers: token });
  await gateway.send("/web/home-page", { headers: session });
  await gateway.send("/api/v2/recommendations", { headers: { "X-API-Key": API_KEY } });
  await gateway.send("/web/home-page", { headers: { Authorization: "Bearer secret.secret.secret" } });
  await gateway.send("/nowhere-secret");
  const lines = await gateway.log.waitFor("request", 5);
  assert.deepEqual(
    lines.map(({ screen, consumer, layer, refusedBy, status }) => [
      screen,
      consumer,
      layer,
      refusedBy,
      status,
    ]),
    [
      ["web", "bearer", "web-bff", undefined, 200],
      ["web", "session", "web-bff", undefined, 200],
      ["api-recommendations", "api-key acme", "recommendations", undefined, 200],
      ["web", undefined, "gateway", "authentication", 401],
      ["none", undefined, "gateway", "route", 404],
    ],
  );
  assert.equal(gateway.log.lines("request").length, 5);
  const all = gateway.log.raw.join("");
  for (const secret of ["secret", token.Authorization, session.Cookie, API_KEY, "127.0.0.1"]) {
    assert.ok(!all.includes(secret), `the log shows ${secret}`);
  }
});

it("a request with a right X-Trace-Request is traced, and nothing behind the gateway gets the header", async () => {
  await using gateway = await runGateway();
  const bearer = await gateway.bearer();
  const flagsOf = async (asked: string | string[] | undefined) => {
    const headers = { ...bearer, ...(asked === undefined ? {} : { "X-Trace-Request": asked }) };
    assert.equal((await gateway.send("/web/home-page", { headers })).status, 200);
    const { headers: received } = gateway.target.requests.at(-1) ?? {};
    assert.equal(received?.["x-trace-request"], undefined);
    return Number(received?.["traceparent"]?.slice(-2)) & 1;
  };
  const asked = gateway.traceRequests.issue();
  assert.equal(await flagsOf(undefined), 0);
  assert.equal(await flagsOf(asked), 1);
  const wrong = [`${asked}x`, "yes", [asked, asked], asked.replace(/^\d/, "9")];
  for (const one of wrong) assert.equal(await flagsOf(one), 0);
  gateway.clock.pass(301_000);
  assert.equal(await flagsOf(asked), 0);
  const lines = await gateway.log.waitFor("request", wrong.length + 3);
  assert.equal(lines.filter(({ traceRequest }) => traceRequest === "refused").length, wrong.length + 1);
});

it("what goes wrong in the gateway itself, and what it refuses before any policy, is the gateway's by name", async () => {
  await using gateway = await runGateway({ liveChanges: { contracts: new Map() } });
  const broken = await gateway.send("/web/home-page", { headers: await gateway.bearer() });
  assert.deepEqual([broken.status, broken.headers["server-timing"]], [500, 'gateway;desc="error"']);
  const packed = await gateway.send("/web/home-page", {
    method: "POST",
    headers: { "Content-Encoding": "gzip" },
    body: "{}",
  });
  assert.deepEqual([packed.status, packed.headers["server-timing"]], [415, 'gateway;desc="media-type"']);
  const lines = await gateway.log.waitFor("request", 2);
  assert.partialDeepStrictEqual(lines, [
    { layer: "gateway", refusedBy: "error" },
    { layer: "gateway", refusedBy: "media-type" },
  ]);
});

it("what cannot be looked at is the gateway's own error too, in a policy and before any", async () => {
  const trap = () => {
    throw new TypeError("a trap");
  };
  const proxy: unknown = new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap, ownKeys: trap });
  const consume = () => {
    throw proxy; // oxlint-disable-line no-throw-literal -- what a careless library does
  };
  const limits = { limiter: () => ({ consume }), close: () => undefined };
  await using gateway = await runGateway({ limits });
  for (const path of ["/web/home-page", "/auth/login"]) {
    const { status, headers } = await gateway.send(path, { headers: { Accept: "application/json" } });
    assert.deepEqual([status, headers["server-timing"]], [500, 'gateway;desc="error"'], path);
  }
});

it("counts rate, errors and duration by route and consumer, and refusals by policy", async () => {
  await using gateway = await runGateway();
  await gateway.send("/web/home-page", { headers: await gateway.bearer() });
  await gateway.send("/web/home-page");
  await gateway.log.waitFor("request", 2);
  const text = await gateway.metrics.registry.metrics();
  for (const line of [
    'gateway_request_duration_seconds_count{route="web",consumer="bearer",status="2xx",service="gateway"} 1',
    'gateway_request_duration_seconds_count{route="web",consumer="none",status="4xx",service="gateway"} 1',
    'gateway_refusals_total{policy="authentication",code="identity-required",service="gateway"} 1',
    'upstream_request_duration_seconds_count{service="gateway",upstream="web-bff",operation="web",outcome="ok"} 1',
    'upstream_attempts_total{service="gateway",upstream="web-bff",operation="web",outcome="ok",status_class="2xx",kind="first"} 1',
  ]) {
    const [name = "", labels = "", value = ""] = /^(\w+)\{(.*)\} (\d+)$/.exec(line)?.slice(1) ?? [];
    const found = text.split("\n").find((candidate) => {
      const inside = /^(\w+)\{(.*)\} (\d+)$/.exec(candidate);
      return inside?.[1] === name && inside[3] === value && sorted(inside[2]) === sorted(labels);
    });
    assert.ok(found, `expected ${line} in\n${text}`);
  }
});

it("starts the trace: the BFF's parent is the gateway's own", async () => {
  await using gateway = await runGateway();
  const answer = await gateway.send("/web/home-page", { headers: await gateway.bearer() });
  const [line] = await gateway.log.waitFor("request");
  assert.equal(String(answer.headers["traceresponse"]).split("-")[1], line?.["traceId"]);
  const traceparent = String(gateway.target.only.headers["traceparent"]);
  assert.match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]$/);
  assert.equal(traceparent.split("-")[1], line?.["traceId"]);
});

it("trusts X-Forwarded-For from its own proxies only", async () => {
  const { sampleTable } = await import("./testing/sample-table.ts");
  const table = sampleTable({ limits: [{ per: "address", requests: 1, seconds: 60 }] });
  for (const [trustedProxies, statuses] of [
    [["127.0.0.1"], [200, 200, 429]],
    [["10.0.0.0/8"], [200, 429, 429]],
    [[], [200, 429, 429]],
  ] as const) {
    await using gateway = await runGateway({ table, trustedProxies });
    const answers = [];
    // The client's own entry is left of the one that the proxy added.
    for (const forwarded of ["1.1.1.1, 192.0.2.1", "1.1.1.1, 192.0.2.2", "9.9.9.9, 192.0.2.2"]) {
      const headers = { ...(await gateway.bearer()), "X-Forwarded-For": forwarded };
      answers.push((await gateway.send("/web/home-page", { headers })).status);
    }
    assert.deepEqual(answers, statuses);
  }
});

function sorted(labels: string | undefined): string {
  return (labels ?? "").split(",").toSorted().join();
}
