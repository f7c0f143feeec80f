import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeServices } from "./testing/fake-services.ts";
import { asGraphql, startPartner } from "./testing/running-partner.ts";
import { SMALL, order, product, user } from "./testing/sample-data.ts";

const EVERYTHING = `{
  viewer {
    id name loyaltyTier
    orders(first: 1) {
      edges { cursor node {
        id number status placedAt total { amount currency }
        lines { title quantity unitPrice { amount currency } product { id } }
      } }
      pageInfo { hasNextPage endCursor }
    }
    recommendations(first: 1) { because product { id title brand price { amount currency } imageUrl rating inStock } }
  }
  order(id: "o-1") { id }
  product(id: "p-7") { id }
}`;

test("answers everything that the schema has, in its own shape", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const { status, headers, data, errors, degraded } = await partner.ask(EVERYTHING);
  assert.equal(status, 200);
  assert.deepEqual(errors, []);
  assert.deepEqual(degraded, []);
  assert.equal(headers["content-type"], "application/json; charset=utf-8");
  assert.equal(headers["cache-control"], "private, no-store");
  assert.equal(headers["vary"], "Accept");
  const cursor = Buffer.from('[0,"1"]').toString("base64url");
  assert.deepEqual(data, {
    viewer: {
      id: "42",
      name: "Ada Lovelace",
      loyaltyTier: "GOLD",
      orders: {
        edges: [
          {
            cursor,
            node: {
              id: "o-2",
              number: "SO-2026-o-2",
              status: "PLACED",
              placedAt: "2026-03-04T05:06:07Z",
              total: { amount: 1_000, currency: "EUR" },
              lines: ["p-1", "p-2"].map((id) => ({
                title: `Bought ${id}`,
                quantity: 2,
                unitPrice: { amount: 500, currency: "EUR" },
                product: { id },
              })),
            },
          },
        ],
        pageInfo: { hasNextPage: true, endCursor: cursor },
      },
      recommendations: [
        {
          because: "BOUGHT_TOGETHER",
          product: {
            id: "p-3",
            title: "Product p-3",
            brand: "Acme",
            price: { amount: 999, currency: "EUR" },
            imageUrl: "https://images.example/p-3-480.webp",
            rating: 4.5,
            inStock: true,
          },
        },
      ],
    },
    order: { id: "o-1" },
    product: { id: "p-7" },
  });
});

test("the viewer's id needs no service", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const { data } = await partner.ask("{ viewer { id } }", {}, { identity: { userId: "u_7" } });
  assert.deepEqual(data, { viewer: { id: "u_7" } });
  assert.equal(services.calls.length, 0);
});

test("a body of any JSON type is read, in any spelling of UTF-8, with a byte order mark or without", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  for (const type of ["application/hal+json", "application/json; charset=utf8"]) {
    const options = { headers: { "content-type": type }, body: '\uFEFF{"query":"{ viewer { id } }"}' };
    const { status, text } = await partner.send(options);
    assert.equal(status, 200, text);
  }
});

test("services see who asks and how long they have, and nothing else of the client's headers", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const headers = {
    "txn-token": "token",
    authorization: "Bearer x",
    cookie: "a=b",
    "accept-encoding": "gzip",
    "x-request-timeout-ms": "500",
    "x-user-id": "43",
  };
  await partner.ask("{ viewer { name } }", {}, { headers, identity: { requestId: "r-7" } });
  const [call] = services.calls;
  assert.ok(call);
  const { host: _host, connection: _connection, traceparent, ...received } = call.headers;
  assert.match(String(traceparent), /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
  assert.deepEqual(received, {
    accept: "application/json",
    "txn-token": "token",
    "user-agent": "partner-bff",
    "x-request-id": "r-7",
    "x-request-timeout-ms": "490",
    "x-user-id": "42",
  });
});

test("an enum's value that no contract lists is UNKNOWN, and degrades nothing", async () => {
  await using services = await FakeServices.start();
  services.make("recommendations", () => ({
    body: { slots: [{ rank: 1, product: { id: "p-1" }, because: { kind: "astrology" } }], model: {} },
  }));
  await using partner = await startPartner(services);
  const { data, degraded } = await partner.ask("{ viewer { recommendations { because } } }");
  assert.deepEqual(data, { viewer: { recommendations: [{ because: "UNKNOWN" }] } });
  assert.deepEqual(degraded, []);
});

test("a product that the catalog does not have is null, and degrades nothing", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const { data, errors, degraded } = await partner.ask('{ product(id: "__proto__") { id } }');
  assert.deepEqual({ data, errors, degraded }, { data: { product: null }, errors: [], degraded: [] });
});

test("no recommendations means no catalog call", async () => {
  await using services = await FakeServices.start({ orders: [], recommended: [] });
  await using partner = await startPartner(services);
  const { data } = await partner.ask("{ viewer { recommendations { product { id } } } }");
  assert.deepEqual(data, { viewer: { recommendations: [] } });
  assert.equal(services.callsTo("catalog").length, 0);
});

test("a null page size is the default", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  await partner.ask(
    "{ viewer { orders(first: null) { edges { cursor } } recommendations(first: null) { because } } }",
  );
  const limits = services.calls.map(({ service, url }) => `${service} ${url.searchParams.get("limit")}`);
  assert.deepEqual(limits.toSorted(), ["orders 10", "recommendations 8"]);
});

for (const identity of [undefined, "doubled", "expired", "other audience"] as const) {
  test(`without a valid identity (${identity ?? "none"}) there is no answer and no call`, async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const tokens = {
      doubled: [partner.mint(), partner.mint()],
      expired: ["not.a.token"],
      "other audience": [partner.mint({ audience: "web-bff" })],
    };
    const { status, headers } = await partner.send({
      identity: null,
      headers: {
        "content-type": "application/json",
        ...(identity === undefined ? {} : { "x-identity": tokens[identity] }),
      },
      body: '{"query":"{ viewer { name } }"}',
    });
    assert.equal(status, 401);
    assert.equal(headers["content-type"], "application/problem+json");
    assert.equal(services.calls.length, 0);
  });
}

test("a query by POST uses its identity up", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const token = partner.mint();
  const once = {
    identity: null,
    headers: { "content-type": "application/json", "x-identity": token },
    body: '{"query":"{ viewer { name } }"}',
  };
  assert.equal((await partner.send(once)).status, 200);
  assert.equal((await partner.send(once)).status, 401);
  assert.equal(services.calls.length, 1);
});

test("another user's order is answered like a missing one", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const look = async (id: string) => {
    const { headers, status, text } = await partner.ask(
      "query ($id: ID!) { order(id: $id) { id status lines { title } } }",
      { id },
    );
    const { "x-request-id": _id, date: _date, ...same } = headers;
    return { headers: same, status, text };
  };
  const foreign = await look("o-9");
  assert.deepEqual(foreign, await look("o-8"));
  assert.equal(foreign.text, '{"data":{"order":null},"extensions":{"degraded":[]}}\n');
});

test("another user's order cannot be cancelled, and is answered like a missing one", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  const cancel = async (id: string) => {
    const { text } = await partner.ask(
      'mutation ($id: ID!) { cancelOrder(id: $id, reason: OTHER, idempotencyKey: "key-12345") { id } }',
      { id },
    );
    return text;
  };
  const foreign = await cancel("o-9");
  assert.equal(foreign, await cancel("o-8"));
  assert.equal(
    asGraphql({ status: 200, headers: {}, text: foreign }).errors[0]?.extensions.code,
    "not-found",
  );
  assert.doesNotMatch(foreign, /43|10\.0\.0\.1/);
});

test("an image's address that clients must not load counts as absent", async () => {
  await using services = await FakeServices.start();
  const cases = [
    [["javascript:alert(1)", "https://images.example/b"], "https://images.example/b"],
    [["data:,x", "//images.example/b"], "/media/placeholder.svg"],
    [["http://images.example/a", " https://images.example/b"], "/media/placeholder.svg"],
  ] as const;
  await using partner = await startPartner(services);
  for (const [urls, sent] of cases) {
    const images = urls.map((url, index) => ({ url, width: 480 + index, height: 480 }));
    services.make("catalog", () => ({ body: { products: [{ ...product("p-1"), images }] } }));
    const { data, degraded } = await partner.ask('{ product(id: "p-1") { imageUrl } }');
    assert.deepEqual([data, degraded], [{ product: { imageUrl: sent } }, []]);
  }
});

test("instants are in UTC, and the viewer's time zone says which day they are shown as", async () => {
  await using services = await FakeServices.start({
    ...SMALL,
    orders: [{ ...order("o-1", []), placedAt: "2026-11-12T22:00:00.5-05:00" }],
  });
  await using partner = await startPartner(services);
  const query = '{ viewer { timeZone } order(id: "o-1") { placedAt } }';
  for (const timeZone of ["America/New_York", undefined]) {
    services.make("users", () => ({ body: { ...user("42"), timeZone } }));
    const { data, errors } = await partner.ask(query);
    assert.deepEqual(errors, []);
    assert.deepEqual(data, {
      viewer: { timeZone: timeZone ?? null },
      order: { placedAt: "2026-11-13T03:00:00.5Z" },
    });
  }
});
