import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileContract } from "../contracts/contract.ts";
import { runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import { sampleTable } from "../testing/sample-table.ts";
import type { Cors, Route } from "../table/route.ts";

const APP = "https://app.example";
const CANCEL = "/web/orders/o-1/cancel";

const run = (cors?: Cors, changes: Partial<Route> = {}) =>
  runGateway({ table: sampleTable({ ...changes, ...(cors === undefined ? {} : { cors }) }) });

const preflight = (gateway: GatewayUnderTest, changes: Record<string, string> = {}, path = CANCEL) =>
  gateway.send(path, {
    method: "OPTIONS",
    headers: {
      Origin: APP,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization, content-type,idempotency-key",
      ...changes,
    },
  });

/** The headers of an answer that concern other origins. */
const corsOf = (headers: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^(?:access-control-|vary)/.test(name)));

describe("a preflight", () => {
  it("of a listed origin is answered here, without a credential", async () => {
    await using gateway = await run({ origins: ["https://other.example", APP] });
    const { status, headers, text } = await preflight(gateway);
    assert.deepEqual([status, text], [204, ""]);
    const { "access-control-expose-headers": _exposed, ...cors } = corsOf(headers);
    assert.deepEqual(cors, {
      vary: "Origin",
      "access-control-allow-origin": APP,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "authorization, content-type,idempotency-key",
      "access-control-max-age": "600",
    });
    assert.equal(gateway.target.connections, 0);
  });

  it("allows no method that the contract does not have, and no header that is none", async () => {
    await using gateway = await run({ origins: [APP] });
    const { status, headers } = await preflight(gateway, {
      "Access-Control-Request-Method": "DELETE",
      "Access-Control-Request-Headers": "a b",
    });
    assert.equal(status, 204);
    assert.equal(headers["access-control-allow-methods"], undefined);
    assert.equal(headers["access-control-allow-headers"], undefined);
    await using other = await run({ origins: [APP] }, { contract: { kind: "graphql" }, prefix: "/graphql" });
    const answer = await preflight(other, {}, "/graphql");
    assert.equal(answer.headers["access-control-allow-methods"], "POST");
  });

  it("of an opaque id with a slash is answered, as the request itself is", async () => {
    const parameters = [
      { name: "id", in: "path", required: true, "x-ids": "opaque", schema: { type: "string" } },
    ];
    const sample = compileContract({
      openapi: "3.1.0",
      paths: { "/web/pages/{id}": { get: { parameters, responses: {} } } },
    });
    await using gateway = await runGateway({
      table: sampleTable({ cors: { origins: [APP] } }),
      liveChanges: { contracts: new Map([["sample", sample]]) },
    });
    const asked = { "Access-Control-Request-Method": "GET" };
    const path = "/web/pages/loan%2F2024";
    assert.equal((await preflight(gateway, asked, path)).headers["access-control-allow-methods"], "GET");
    assert.equal((await preflight(gateway, {}, path)).status, 400, "no operation of this method has it");
    const { status } = await gateway.send(path, { headers: { Origin: APP, ...(await gateway.bearer()) } });
    assert.equal(status, 200);
    assert.equal(gateway.target.only.url, path);
  });

  for (const [name, cors, origin] of [
    ["of another origin", { origins: [APP] }, "https://app.example.evil.example"],
    ["of no origin of its own", { origins: [APP] }, "null"],
    ["of a route without a list", undefined, APP],
  ] as const) {
    it(`${name} is refused, and nothing is allowed`, async () => {
      await using gateway = await run(cors);
      const { status, headers } = await preflight(gateway, { Origin: origin });
      assert.equal(status, 403);
      assert.deepEqual(corsOf(headers), cors === undefined ? {} : { vary: "Origin" });
      assert.equal(headers["server-timing"], 'gateway;desc="cors"');
      assert.equal((await gateway.log.only("request"))["reason"], "origin-not-listed");
    });
  }
});

describe("an answer to a page of a listed origin", () => {
  it("can be read, also where it is a refusal", async () => {
    await using gateway = await run({ origins: [APP] });
    const right = await gateway.send("/web/home-page", {
      headers: { Origin: APP, ...(await gateway.bearer()) },
    });
    const refused = await gateway.send("/web/home-page", { headers: { Origin: APP } });
    assert.deepEqual([right.status, refused.status], [200, 401]);
    for (const { headers } of [right, refused]) {
      assert.equal(headers["access-control-allow-origin"], APP);
      assert.equal(headers["access-control-allow-credentials"], undefined);
      assert.match(String(headers["access-control-expose-headers"]), /X-Request-Id/);
      assert.match(String(headers["vary"]), /\bOrigin\b/);
    }
  });

  it("can be read where there were too many requests", async () => {
    const limits = [{ per: "address", requests: 1, seconds: 60 }] as const;
    await using gateway = await run({ origins: [APP] }, { limits });
    const headers = { Origin: APP, ...(await gateway.bearer()) };
    await gateway.send("/web/home-page", { headers });
    const answer = await gateway.send("/web/home-page", { headers });
    assert.deepEqual([answer.status, answer.headers["access-control-allow-origin"]], [429, APP]);
  });

  it("differs by origin for caches, and what the target says of origins is dropped", async () => {
    await using gateway = await run({ origins: [APP] });
    gateway.target.answer = (_req, res) => {
      res.setHeader("Access-Control-Allow-Origin", "*");
      res.setHeader("Vary", "Accept");
      res.end("{}");
    };
    for (const origin of [{}, { Origin: "https://evil.example" }]) {
      const headers = { ...origin, ...(await gateway.bearer()) };
      const answer = await gateway.send("/web/home-page", { headers });
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
      assert.deepEqual([answer.headers["vary"]].flat().join(", "), "Origin, Accept");
    }
  });
});

describe("a session", () => {
  const cancel = async (gateway: GatewayUnderTest, origin: string) =>
    await gateway.send(CANCEL, {
      method: "POST",
      headers: {
        ...(await gateway.session()),
        Origin: origin,
        "Sec-Fetch-Site": "same-site",
        "Content-Type": "application/json",
        "Idempotency-Key": "k-12345678",
      },
      body: '{"reason":"other"}',
    });

  it("may be used by pages of origins that are listed with credentials", async () => {
    await using gateway = await run({ origins: [APP], credentials: true });
    const { status, headers } = await cancel(gateway, APP);
    assert.deepEqual([status, headers["access-control-allow-credentials"]], [200, "true"]);
    assert.equal((await cancel(gateway, "https://evil.example")).status, 403);
  });

  it("may not be used by pages that are listed without", async () => {
    await using gateway = await run({ origins: [APP] });
    assert.equal((await cancel(gateway, APP)).status, 403);
    assert.equal(gateway.target.connections, 0);
  });
});
