import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startRoutes } from "../testing/service-under-test.ts";
import type { Answer, ServiceUnderTest } from "../testing/service-under-test.ts";
import type { Route } from "./app.ts";
import { json } from "./reply.ts";
import type { Logger } from "./tools.ts";

describe("the routes of a service", () => {
  const sayWhich = (method: Route["method"], path: string): Route => ({
    method,
    path,
    answer: (request) => json({ path, params: request.params }),
  });
  let service: ServiceUnderTest;
  const lines: object[] = [];
  const logger: Logger = { log: (level, message, fields) => void lines.push({ level, message, ...fields }) };
  before(async () => {
    const routes: readonly Route[] = [
      sayWhich("get", "/orders"),
      sayWhich("get", "/orders/:orderId"),
      sayWhich("post", "/orders/:orderId/cancel"),
      sayWhich("put", "/settings"),
      sayWhich("delete", "/settings"),
      {
        method: "get",
        path: "/broken",
        answer() {
          throw new Error("the disk is full of secrets");
        },
      },
    ];
    service = await startRoutes(routes, logger);
  });
  after(() => service.stop());

  const call = (method: "GET" | "HEAD" | "POST", path: string): Promise<Answer> =>
    service.call("", path, { method });

  it("take a parameter from the path and decode it", async () => {
    for (const [segment, orderId] of [
      ["ord_1", "ord_1"],
      ["a%2Fb%20c", "a/b c"],
    ]) {
      const { text } = await call("GET", `/orders/${segment}`);
      assert.deepEqual(JSON.parse(text), { path: "/orders/:orderId", params: { orderId } });
    }
  });

  it("answer HEAD like GET, without the body", async () => {
    const { status, text, headers } = await call("HEAD", "/orders");
    assert.deepEqual([status, text, headers["content-length"]], [200, "", "30"]);
  });

  for (const path of ["/Orders", "/orders/", "/orders/1/cancel/2"]) {
    it(`do not include ${path}`, async () => {
      assert.equal((await call("GET", path)).status, 404);
    });
  }

  it("list the methods of a known path", async () => {
    for (const [method, path, allow] of [
      ["POST", "/orders", "GET, HEAD"],
      ["GET", "/orders/1/cancel", "POST"],
      ["GET", "/settings", "PUT, DELETE"],
    ] as const) {
      const { status, headers } = await call(method, path);
      assert.deepEqual([status, headers["allow"]], [405, allow], path);
    }
  });

  it("refuse a broken percent-encoding", async () => {
    assert.equal((await call("GET", "/orders/%e0%a4%a")).status, 400);
  });

  it("answer an unexpected error with 500, and keep its message to the log", async () => {
    const { status, text } = await call("GET", "/broken");
    assert.equal(status, 500);
    assert.doesNotMatch(text, /secrets/);
  });

  it("log the ids of the request that the other layers log", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = { "x-request-id": "r-17", traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    for (const path of ["/orders", "/broken"]) await service.call("", path, { headers });
    assert.partialDeepStrictEqual(lines.slice(-2), [
      { level: "debug", message: "answered", requestId: "r-17", traceId },
      { level: "error", message: "a route failed", requestId: "r-17", traceId },
    ]);
  });
});

describe("an answer with an ETag", () => {
  let service: ServiceUnderTest;
  before(async () => {
    const conditional = (path: string, body: string): Route => ({
      method: "get",
      path,
      answer: () => ({ status: 200, body, isConditional: true }),
    });
    service = await startRoutes([conditional("/a", "{}"), conditional("/b", "[]"), conditional("/c", "{}")]);
  });
  after(() => service.stop());

  const etagOf = async (path: string): Promise<string> =>
    String((await service.call("", path)).headers["etag"]);

  it("has a strong one, equal for equal bytes and different for others", async () => {
    const [a, b, c] = [await etagOf("/a"), await etagOf("/b"), await etagOf("/c")];
    assert.match(a, /^"[^"]+"$/);
    assert.deepEqual([a === b, a === c], [false, true]);
  });

  for (const [field, isHit] of [
    ['"x", ETAG', true],
    ["*", true],
    ['"abcd"', false],
  ] as const) {
    it(`is ${isHit ? "not sent again" : "sent"} for If-None-Match: ${field}`, async () => {
      const headers = { "if-none-match": field.replace("ETAG", await etagOf("/a")) };
      assert.equal((await service.call("", "/a", { headers })).status, isHit ? 304 : 200);
    });
  }
});

describe("a damaged answer", () => {
  const slot = { rank: 1, product: { id: "p" }, because: { kind: "popular" } };
  const added = { since: "2027-01-01", values: [1, "two", null] };
  const breakable = {
    required: "slots.*.product",
    typed: "slots.*.rank",
    enumerated: "slots.*.because.kind",
    maps: ["features"],
  };
  const damages: readonly [what: string, how: string, answer: object, damaged: object][] = [
    [
      "lacks a required member",
      "missing-field",
      { slots: [slot, slot], model: {} },
      {
        slots: [
          { rank: 1, because: { kind: "popular" } },
          { rank: 1, because: { kind: "popular" } },
        ],
        model: {},
      },
    ],
    [
      "has a member of another type",
      "wrong-type",
      { slots: [slot] },
      { slots: [{ ...slot, rank: "not what the contract says" }] },
    ],
    [
      "has a value that is not listed",
      "unknown-enum",
      { slots: [slot] },
      { slots: [{ ...slot, because: { kind: "a_value_of_next_year" } }] },
    ],
    ["lacks a list that is empty", "missing-field", { slots: [], model: {} }, { model: {} }],
    [
      "has another type for a list that is empty",
      "wrong-type",
      { slots: [], model: {} },
      { slots: "not what the contract says", model: {} },
    ],
    [
      "has more members in every object",
      "extra-fields",
      { slots: [{ rank: 1 }] },
      { slots: [{ rank: 1, aFieldOfNextYear: added }], aFieldOfNextYear: added },
    ],
    [
      "has no more members in a map, whose values the contract types",
      "extra-fields",
      { features: { score: 1 } },
      { features: { score: 1 }, aFieldOfNextYear: added },
    ],
  ];
  for (const [what, how, answer, expected] of damages) {
    it(what, async () => {
      const service = await startRoutes([
        { method: "get", path: "/", breakable, answer: () => json(answer) },
      ]);
      await service.setSwitches({ break: how });
      assert.deepEqual(JSON.parse((await service.call("", "/")).text), expected);
      await service.stop();
    });
  }
});
