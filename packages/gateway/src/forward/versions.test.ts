import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RouteTable } from "../table/route.ts";
import { runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import { sampleTable } from "../testing/sample-table.ts";

const sample = sampleTable();

/**
 * The sample table, and an old version of one of its APIs, whose answers are made of the new one's.
 */
const table: RouteTable = {
  ...sample,
  routes: sample.routes.flatMap((route) =>
    route.name === "api-recommendations"
      ? [
          route,
          {
            ...route,
            name: "api-recommendations-v1",
            prefix: "/api/v1/recommendations",
            deprecation: { since: "2026-09-01", sunset: "2027-06-30", successor: route.prefix },
            transform: '{ "items": [slots^(rank).{ "productId": product.id }] }',
          },
        ]
      : [route],
  ),
};

const V2 = {
  slots: [
    { rank: 2, product: { id: "p-2" } },
    { rank: 1, product: { id: "p-1" } },
  ],
};

async function run(answer: unknown = V2, status = 200): Promise<GatewayUnderTest> {
  const gateway = await runGateway({ table });
  gateway.target.answer = (_req, res) => {
    res.writeHead(status, {
      "Content-Type": "application/json",
      ETag: '"v2"',
      "Cache-Control": "private, max-age=60",
    });
    res.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  };
  return gateway;
}

const ask = async (
  gateway: GatewayUnderTest,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
) => await gateway.send(path, { method, headers: { ...(await gateway.bearer()), ...headers } });

describe("an old version with a transform", () => {
  it("has its own shape, made of the new version's answer", async () => {
    await using gateway = await run();
    const answer = await ask(gateway, "/api/v1/recommendations?limit=5", {
      "Accept-Encoding": "br",
      "If-None-Match": '"v2"',
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(JSON.parse(answer.text), {
      items: [{ productId: "p-1" }, { productId: "p-2" }],
    });
    const { url, headers } = gateway.target.only;
    assert.equal(url, "/recs/v2?limit=5");
    assert.equal(headers["accept-encoding"], undefined);
    assert.equal(headers["if-none-match"], undefined);
    assert.equal(answer.headers["etag"], undefined);
    assert.equal(answer.headers["content-length"], String(Buffer.byteLength(answer.text)));
    assert.equal(answer.headers["cache-control"], "private, max-age=60");
  });

  it("says since when it is deprecated, when it ends and what takes its place, also when it refuses", async () => {
    await using gateway = await run();
    for (const path of ["/api/v1/recommendations", "/api/v1/recommendations?limit=0"]) {
      const { headers } = await ask(gateway, path);
      assert.equal(headers["deprecation"], `@${Date.UTC(2026, 8, 1) / 1_000}`);
      assert.equal(headers["sunset"], "Wed, 30 Jun 2027 00:00:00 GMT");
      assert.equal(headers["link"], '</api/v2/recommendations>; rel="successor-version"');
    }
  });

  it("passes problems on as they are", async () => {
    await using gateway = await run({ type: "/problems/overloaded", status: 503 }, 503);
    const answer = await ask(gateway, "/api/v1/recommendations");
    assert.equal(answer.status, 503);
    assert.equal(JSON.parse(answer.text).type, "/problems/overloaded");
  });

  it("answers 502 for what is not JSON", async () => {
    await using gateway = await run("<html>");
    const answer = await ask(gateway, "/api/v1/recommendations");
    assert.equal(answer.status, 502);
    assert.equal(answer.headers["server-timing"], 'gateway;desc="version"');
  });

  it("answers 502 for a number that it would round to another thing's", async () => {
    for (const number of ["9007199254740993", "1e400"]) {
      await using gateway = await run(`{"slots":[{"rank":1,"product":{"id":${number}}}]}`);
      assert.equal((await ask(gateway, "/api/v1/recommendations")).status, 502);
    }
  });

  it("is made of an answer with a byte order mark too", async () => {
    await using gateway = await run(`\uFEFF${JSON.stringify(V2)}`);
    assert.equal((await ask(gateway, "/api/v1/recommendations")).status, 200);
  });

  it("answers 502 for more than it can hold", async () => {
    await using gateway = await run({ ...V2, padding: "x".repeat(1_048_577) });
    assert.equal((await ask(gateway, "/api/v1/recommendations")).status, 502);
  });

  it("answers HEAD without content", async () => {
    await using gateway = await run();
    const answer = await ask(gateway, "/api/v1/recommendations", {}, "HEAD");
    assert.deepEqual(
      [answer.status, answer.text, answer.headers["content-type"]],
      [200, "", "application/json"],
    );
  });
});

it("a version without a transform is the target's answer byte for byte, and not deprecated", async () => {
  await using gateway = await run();
  const answer = await ask(gateway, "/api/v2/recommendations");
  assert.equal(answer.text, JSON.stringify(V2));
  assert.equal(answer.headers["etag"], '"v2"');
  assert.equal(answer.headers["deprecation"], undefined);
});
