import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices, SERVICES } from "./testing/fake-services.ts";
import type { Answer, ServiceName } from "./testing/fake-services.ts";
import { overload } from "./testing/overload.ts";
import { startPartner } from "./testing/running-partner.ts";
import type { GraphqlAnswer } from "./testing/running-partner.ts";

const QUERY = `{
  viewer {
    id name loyaltyTier
    orders(first: 1) { edges { node { id lines { title product { id } } } } }
    recommendations(first: 1) { because product { id } }
  }
  order(id: "o-1") { id lines { product { id } } }
  product(id: "p-7") { id }
}`;

/** The fields that are null, by the service that failed. */
const FIELDS: Readonly<Record<ServiceName, readonly string[]>> = {
  users: ["viewer.name", "viewer.loyaltyTier"],
  orders: ["viewer.orders", "order"],
  recommendations: ["viewer.recommendations"],
  catalog: [
    "product",
    "order.lines.product",
    "viewer.orders.edges.node.lines.product",
    "viewer.recommendations.product",
  ],
};

/** How a service fails, and the reason and code that this is answered with. */
const WAYS: readonly { readonly answer: Answer | "limit"; readonly reason: string; readonly code: string }[] =
  [
    { answer: "hang", reason: "timeout", code: "upstream-timeout" },
    { answer: { status: 500, body: "boom" }, reason: "unavailable", code: "upstream-unavailable" },
    {
      answer: { body: "<html>http://10.0.0.1</html>", contentType: "text/html" },
      reason: "invalid",
      code: "upstream-invalid",
    },
    { answer: { body: { surprise: true } }, reason: "invalid", code: "upstream-invalid" },
    { answer: { status: 400, body: {} }, reason: "rejected", code: "upstream-invalid" },
    { answer: "limit", reason: "overloaded", code: "overloaded" },
  ];

/**
 * Asks while the named services fail. Where one hangs, time passes once `calls` requests have
 * come in.
 */
async function askWhile(
  failing: readonly ServiceName[],
  answer: Answer | "limit",
  options: { readonly query: string; readonly calls: number },
): Promise<GraphqlAnswer> {
  await using services = await FakeServices.start();
  if (answer !== "limit") for (const service of failing) services.make(service, () => answer);
  await using partner = await startPartner(services, answer === "limit" ? { alter: overload(failing) } : {});
  const asked = partner.ask(options.query);
  if (answer === "hang") {
    await services.received(options.calls);
    partner.clock.advance(799);
    partner.clock.advance(1);
  }
  // Awaited here: what it needs is closed when this function returns.
  return await asked;
}

/** The names that an answer's `degraded` holds, which must all have the reason. */
function degradedFields(answer: GraphqlAnswer, reason: string): readonly string[] {
  assert.ok(Array.isArray(answer.degraded), answer.text);
  return answer.degraded.map((entry: unknown) => {
    assert.ok(typeof entry === "object" && entry !== null && "section" in entry);
    const { section } = entry;
    assert.ok(typeof section === "string");
    assert.deepEqual(entry, { section, reason });
    return section;
  });
}

/** The value at a path of names; of a list, the first item. */
function valueAt(data: unknown, path: string): unknown {
  let value = data;
  for (const name of path.split(".")) {
    const [first] = Array.isArray(value) ? value : [value];
    assert.ok(typeof first === "object" && first !== null, `nothing at ${path}`);
    value = Reflect.get(first, name);
  }
  return value;
}

function checkFailed(answer: GraphqlAnswer, fields: readonly string[], way: (typeof WAYS)[number]): void {
  assert.equal(answer.status, 200);
  assert.deepEqual(degradedFields(answer, way.reason), fields.toSorted());
  for (const field of fields) assert.equal(valueAt(answer.data, field), null, field);
  // Each null place has an error of its own, with the code of the problem that a screen would
  // answer.
  const errorPaths = new Set(
    answer.errors.map(({ path = [] }) => path.filter((key) => typeof key === "string").join(".")),
  );
  assert.deepEqual([...errorPaths].toSorted(), fields.toSorted());
  assert.deepEqual(new Set(answer.errors.map(({ extensions }) => extensions.code)), new Set([way.code]));
  assert.doesNotMatch(answer.text, /127\.0\.0\.1|10\.0\.0\.1|boom|surprise|stack/);
}

/**
 * For a service that hangs: a query for its fields alone, and the calls that must have come in
 * before time passes.
 */
const HANGING: Readonly<Record<ServiceName, { query: string; calls: number; fields: readonly string[] }>> = {
  users: { query: "{ viewer { id name loyaltyTier } }", calls: 1, fields: FIELDS.users },
  orders: {
    query: '{ viewer { orders { edges { cursor } } } order(id: "o-1") { id } }',
    calls: 2,
    fields: FIELDS.orders,
  },
  recommendations: {
    query: "{ viewer { recommendations { because } } }",
    calls: 1,
    fields: FIELDS.recommendations,
  },
  catalog: {
    query: "{ viewer { recommendations(first: 1) { because product { id } } } }",
    calls: 2,
    fields: ["viewer.recommendations.product"],
  },
};

describe("one service fails", () => {
  for (const service of SERVICES) {
    for (const way of WAYS) {
      const kind = typeof way.answer === "string" ? way.answer : JSON.stringify(way.answer);
      test(`${service}, with ${kind}: only its fields are null, and are listed`, async () => {
        if (way.answer === "hang") {
          const { fields, ...asked } = HANGING[service];
          checkFailed(await askWhile([service], way.answer, asked), fields, way);
          return;
        }
        const answer = await askWhile([service], way.answer, { query: QUERY, calls: 0 });
        const below = service === "orders" ? [] : FIELDS[service];
        checkFailed(answer, service === "orders" ? FIELDS.orders : below, way);
        for (const other of SERVICES.filter((name) => name !== service)) {
          for (const field of FIELDS[other]) {
            if (service === "orders" && /orders\.|order\./.test(field)) continue;
            if (service === "recommendations" && field.startsWith("viewer.recommendations.")) continue;
            assert.notEqual(valueAt(answer.data, field), null, field);
          }
        }
      });
    }
  }
});

describe("all services fail", () => {
  for (const way of WAYS) {
    const kind = typeof way.answer === "string" ? way.answer : JSON.stringify(way.answer);
    test(`with ${kind}: the answer is still there, and says what is missing`, async () => {
      const answer = await askWhile(SERVICES, way.answer, { query: QUERY, calls: 5 });
      const fields = [...FIELDS.users, ...FIELDS.orders, ...FIELDS.recommendations, "product"];
      checkFailed(answer, fields, way);
      assert.equal(valueAt(answer.data, "viewer.id"), "42");
    });
  }
});

test("a path is written as the client wrote it, and a list's items are one entry", async () => {
  const query = "{ me: viewer { bought: orders { edges { node { lines { what: product { id } } } } } } }";
  const answer = await askWhile(["catalog"], { status: 500, body: "" }, { query, calls: 0 });
  assert.deepEqual(answer.degraded, [{ section: "me.bought.edges.node.lines.what", reason: "unavailable" }]);
  // Three lines are null, and each has an error with its own path.
  assert.deepEqual(
    answer.errors.map(({ path }) => path?.join(".")),
    [
      "me.bought.edges.0.node.lines.0.what",
      "me.bought.edges.0.node.lines.1.what",
      "me.bought.edges.1.node.lines.0.what",
    ],
  );
});

test("an older answer is used, listed with its age, and is not an error", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services, {
    alter: (_clients, scope) => {
      const stale = { kind: "timeout", ageSeconds: 40 } as const;
      const never = () => Promise.reject(new TypeError("not asked for"));
      return {
        users: { me: never },
        orders: { list: never, get: never, cancel: never },
        recommendations: {
          list: async () => {
            scope.usedStale(stale);
            return [{ productId: "p-1", because: "popular" }];
          },
        },
        catalog: {
          product: never,
          products: async () => {
            scope.usedStale({ ...stale, kind: "unavailable", ageSeconds: 7 });
            return [];
          },
        },
      };
    },
  });
  const { data, errors, degraded } = await partner.ask(
    "{ viewer { recommendations { because product { id } } } }",
  );
  assert.deepEqual(data, { viewer: { recommendations: [{ because: "POPULAR", product: null }] } });
  assert.deepEqual(errors, []);
  assert.deepEqual(degraded, [
    { section: "viewer.recommendations", reason: "timeout", ageSeconds: 40 },
    { section: "viewer.recommendations.product", reason: "unavailable", ageSeconds: 7 },
  ]);
});

test("a bug of ours makes its field null, and only the log has its message", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services, {
    alter: (clients) => ({
      ...clients,
      users: { me: () => Promise.reject(new TypeError("s3cret of undefined")) },
    }),
  });
  const answer = await partner.ask("{ viewer { id name } }");
  assert.deepEqual(answer.data, { viewer: { id: "42", name: null } });
  assert.deepEqual(answer.degraded, [{ section: "viewer.name", reason: "invalid" }]);
  assert.equal(answer.errors[0]?.extensions.code, "internal");
  assert.doesNotMatch(answer.text, /s3cret|TypeError/);
  const [line] = partner.log("a section failed by a bug of ours");
  assert.match(JSON.stringify(line), /s3cret of undefined/);
});

/** The amounts that a service gives are this text in its JSON. */
function withAmount(amount: string): (call: unknown, wellBehaved: () => Answer) => Answer {
  return (_call, wellBehaved) => {
    const answer = wellBehaved();
    assert.ok(answer !== "hang");
    return { ...answer, body: JSON.stringify(answer.body).replaceAll(/"amount":\d+/g, `"amount":${amount}`) };
  };
}

const CANCEL = 'cancelOrder(id: "o-1", reason: OTHER, idempotencyKey: "12345678")';

test("a bug that throws a value that cannot be looked at empties only its field", async () => {
  await using services = await FakeServices.start();
  const trap = () => {
    throw new TypeError("s3cret of a trap");
  };
  await using partner = await startPartner(services, {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- code may throw anything
    alter: (clients) => ({
      ...clients,
      users: { me: () => Promise.reject(new Proxy({}, { get: trap, getPrototypeOf: trap })) },
    }),
  });
  const answer = await partner.ask('{ viewer { id name } order(id: "o-1") { id } }');
  assert.deepEqual(answer.data, { viewer: { id: "42", name: null }, order: { id: "o-1" } });
  assert.deepEqual(answer.degraded, [{ section: "viewer.name", reason: "invalid" }]);
  assert.equal(answer.errors[0]?.extensions.code, "internal");
  assert.equal(partner.log("a section failed by a bug of ours").length, 1);
});

for (const [query, emptied, section] of [
  ['{ order(id: "o-1") { id total { amount } } }', { order: null }, "order.total.amount"],
  [
    '{ order(id: "o-1") { lines { unitPrice { amount } } } }',
    { order: null },
    "order.lines.unitPrice.amount",
  ],
  ['{ product(id: "p-1") { price { amount } } }', { product: null }, "product.price.amount"],
  [
    "{ viewer { recommendations(first: 1) { product { price { amount } } } } }",
    { viewer: { recommendations: [{ product: null }] } },
    "viewer.recommendations.product.price.amount",
  ],
  [`mutation { ${CANCEL} { total { amount } } }`, { cancelOrder: null }, "cancelOrder.total.amount"],
] as const) {
  test(`a value that its type cannot hold is the service's fault, not a bug of ours: ${query}`, async () => {
    await using services = await FakeServices.start();
    for (const name of ["orders", "catalog"] as const) services.make(name, withAmount("3000000000"));
    await using partner = await startPartner(services);
    const answer = await partner.ask(query);
    assert.deepEqual(answer.data, emptied);
    assert.deepEqual(answer.degraded, [{ section, reason: "invalid" }]);
    assert.equal(answer.errors[0]?.extensions.code, "upstream-invalid");
    assert.doesNotMatch(answer.text, /3000000000/);
    assert.equal(partner.log("a section failed by a bug of ours").length, 0);
    assert.equal(partner.log("section failed").length, 1);
  });
}

for (const amount of ["1e400", "-1e400", "1.5", "9007199254740993", "1e300", '"12"', "null"]) {
  test(`an amount that is no whole number of at most 2^53 - 1 is never shown: ${amount}`, async () => {
    await using services = await FakeServices.start();
    for (const name of ["orders", "catalog"] as const) services.make(name, withAmount(amount));
    await using partner = await startPartner(services);
    const answer = await partner.ask(`{
      viewer { orders { edges { node { total { amountMinor } } } }
        recommendations(first: 1) { because product { price { amountMinor } } } }
      order(id: "o-1") { total { amountMinor } } product(id: "p-1") { price { amountMinor } } }`);
    assert.deepEqual(answer.data, {
      viewer: { orders: { edges: [] }, recommendations: [{ because: "BOUGHT_TOGETHER", product: null }] },
      order: null,
      product: null,
    });
    assert.deepEqual(answer.degraded, [
      { section: "order", reason: "invalid" },
      { section: "product", reason: "invalid" },
      { section: "viewer.orders", reason: "invalid" },
      { section: "viewer.recommendations.product", reason: "invalid" },
    ]);
    assert.deepEqual(
      new Set(answer.errors.map(({ extensions }) => extensions.code)),
      new Set(["upstream-invalid"]),
    );
    assert.equal(partner.log("a section failed by a bug of ours").length, 0);
  });
}

test("one product with a broken price takes only itself away", async () => {
  await using services = await FakeServices.start();
  services.make("catalog", (_call, wellBehaved) => {
    const answer = wellBehaved();
    assert.ok(answer !== "hang");
    return { body: JSON.stringify(answer.body).replace(/"amount":\d+/, '"amount":1e400') };
  });
  await using partner = await startPartner(services);
  const answer = await partner.ask(
    '{ a: product(id: "p-1") { id } b: product(id: "p-2") { id } c: product(id: "x") { id } }',
  );
  // Nothing says which of the missing ones was left out.
  assert.deepEqual(answer.data, { a: null, b: { id: "p-2" }, c: null });
  assert.deepEqual(answer.degraded, [
    { section: "a", reason: "invalid" },
    { section: "c", reason: "invalid" },
  ]);
});

test("the log and the metrics name the schema's fields, never what the client wrote", async () => {
  await using services = await FakeServices.start();
  services.make("catalog", () => ({ status: 500, body: "" }));
  await using partner = await startPartner(services);
  await partner.ask("{ viewer { s3cret: recommendations { alias: product { id } } } }");
  const [line] = partner.log("request");
  assert.deepEqual(line?.["degraded"], ["Recommendation.product"]);
  assert.equal(line["screen"], "other");
  assert.equal(line["outcome"], "degraded");
  assert.equal(line["upstreamCalls"], 2);
  assert.equal(partner.log("section failed").length, 1);
  const metrics = await partner.metrics.registry.metrics();
  assert.match(
    metrics,
    /screen_section_total\{screen="other",section="Recommendation.product",outcome="fallback",reason="unavailable".*\} 1/,
  );
  assert.doesNotMatch(metrics, /s3cret|alias/);
});
