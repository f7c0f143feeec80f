import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { RouteTable } from "@triptych/gateway";
import { runGateway } from "@triptych/gateway/testing";
import { CONTRACTS_DIR } from "./index.ts";
import { ROUTES } from "./routes.ts";

/** The table with small contracts, which are quick to compile. */
const table: RouteTable = {
  ...ROUTES,
  routes: ROUTES.routes.map((route) => {
    if (route.contract.kind === "graphql") return route;
    const file = route.target === "recommendations" ? "recommendations" : "sample";
    return Object.assign({}, route, { contract: { ...route.contract, file } });
  }),
};

const V2 = {
  slots: [
    { rank: 2, product: { id: "p-2" }, because: { kind: "popular", productId: null } },
    {
      rank: 1,
      product: { id: "p-1" },
      because: { kind: "viewed", productId: "p-9" },
      confidence: 0.75,
      features: { a: 1 },
    },
  ],
  model: { name: "m-7", trainedAt: "2026-11-01T00:00:00Z" },
};

/**
 * What a client gets for a path when the service answers `answer`, and what the service was asked.
 */
async function ask(path: string, answer: unknown = V2) {
  await using gateway = await runGateway({ table });
  gateway.target.answer = (_req, res) => {
    res.writeHead(200, { "Content-Type": "application/json" });
    res.end(JSON.stringify(answer));
  };
  const { status, headers, text } = await gateway.send(path, { headers: await gateway.bearer() });
  const body: unknown = JSON.parse(text);
  return { status, headers, body, url: gateway.target.only.url };
}

describe("/api/v1/recommendations", () => {
  it("has version 1's shape, made of version 2's answer", async () => {
    const { status, headers, body, url } = await ask("/api/v1/recommendations?limit=5");
    assert.equal(status, 200);
    assert.deepEqual(body, {
      items: [
        { productId: "p-1", score: 0.75, reason: "viewed", modelVersion: "m-7" },
        { productId: "p-2", score: 0, reason: "popular", modelVersion: "m-7" },
      ],
    });
    assert.equal(url, "/recs/v2?limit=5");
    assert.equal(headers["deprecation"], `@${Date.UTC(2026, 8, 1) / 1_000}`);
    assert.equal(headers["sunset"], "Wed, 30 Jun 2027 00:00:00 GMT");
    assert.equal(headers["link"], '</api/v2/recommendations>; rel="successor-version"');
  });

  const lists: [name: string, slots: unknown[], items: number][] = [
    ["no slot", [], 0],
    ["one slot", [V2.slots[1]], 1],
  ];
  for (const [name, slots, count] of lists) {
    it(`makes a list of ${name}`, async () => {
      const { body } = await ask("/api/v1/recommendations", { ...V2, slots });
      assert.ok(typeof body === "object" && body !== null && "items" in body && Array.isArray(body.items));
      assert.equal(body.items.length, count);
    });
  }
});

it("/api/v2/recommendations is version 2's answer, and not deprecated", async () => {
  const { headers, body } = await ask("/api/v2/recommendations");
  assert.deepEqual(body, V2);
  assert.equal(headers["deprecation"], undefined);
});

it("every contract in YAML says where it ends, so that one written by half is not taken for it", () => {
  const files = ROUTES.routes.flatMap(({ contract }) => (contract.kind === "openapi" ? [contract.file] : []));
  const yaml = files.filter((file) => file.endsWith(".yaml"));
  assert.ok(yaml.length > 0);
  for (const file of yaml) assert.match(readFileSync(join(CONTRACTS_DIR, file), "utf8"), /\n\.\.\.\n$/, file);
});
