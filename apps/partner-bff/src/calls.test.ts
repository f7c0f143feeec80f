import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices, SERVICES } from "./testing/fake-services.ts";
import type { ServiceName } from "./testing/fake-services.ts";
import { startPartner } from "./testing/running-partner.ts";
import { order } from "./testing/sample-data.ts";
import type { Clients } from "./upstreams.ts";
import { idsOf } from "./testing/service-answers.ts";

const ids = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe("the catalog", () => {
  test("is asked at most twice for 50 orders with 200 lines", async () => {
    const products = ids(200, "p-");
    const orders = ids(50, "o-").map((id, index) => order(id, products.slice(index * 4, index * 4 + 4)));
    await using services = await FakeServices.start({ orders, recommended: [] });
    await using partner = await startPartner(services);
    const { data, errors } = await partner.ask(
      "{ viewer { orders(first: 50) { edges { node { lines { product { id } } } } } } }",
    );
    assert.deepEqual(errors, []);
    for (const id of products) assert.ok(JSON.stringify(data).includes(`"product":{"id":"${id}"}`), id);
    const calls = services.callsTo("catalog");
    assert.deepEqual(
      calls.map((call) => idsOf(call).length),
      [100, 100],
    );
    assert.equal(services.callsTo("orders").length, 1);
  });

  test("is asked once for a product that is in many lines, under many aliases", async () => {
    const orders = ids(50, "o-").map((id) => order(id, ["p-1", "p-2", "p-1", "p-2"]));
    await using services = await FakeServices.start({ orders, recommended: ["p-1"] });
    await using partner = await startPartner(services);
    await partner.ask(
      '{ viewer { orders(first: 50) { edges { node { lines { product { id } again: product { title } } } } } } a: product(id: "p-1") { id } b: product(id: "p-2") { id } }',
    );
    assert.deepEqual(
      services.callsTo("catalog").map((call) => idsOf(call)),
      [["p-1", "p-2"]],
    );
  });

  test("loses only one chunk when one of its two calls fails", async () => {
    const orders = ids(50, "o-").map((id, index) =>
      order(id, ids(200, "p-").slice(index * 4, index * 4 + 4)),
    );
    await using services = await FakeServices.start({ orders, recommended: [] });
    services.make("catalog", (call, wellBehaved) =>
      idsOf(call).includes("p-0") ? { status: 500, body: "" } : wellBehaved(),
    );
    await using partner = await startPartner(services);
    const { data, errors, degraded } = await partner.ask(
      "{ viewer { orders(first: 50) { edges { node { lines { product { id } } } } } } }",
    );
    const text = JSON.stringify(data);
    assert.equal(text.split('"product":null').length - 1, 100);
    assert.ok(text.includes('"p-199"'));
    assert.equal(errors.length, 100);
    assert.deepEqual(degraded, [
      { section: "viewer.orders.edges.node.lines.product", reason: "unavailable" },
    ]);
  });

  test("is asked again for each request", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    for (const _ of [1, 2]) await partner.ask('{ product(id: "p-1") { id } }');
    assert.equal(services.callsTo("catalog").length, 2);
  });
});

test("user, orders, recommendations and products are asked in parallel", async () => {
  await using services = await FakeServices.start();
  const arrived = new Set<ServiceName>();
  const all = Promise.withResolvers<void>();
  for (const service of SERVICES) {
    // No service answers before all have been asked: asked one after the other, this would never
    // end.
    services.make(service, async (_call, wellBehaved) => {
      arrived.add(service);
      if (arrived.size === SERVICES.length) all.resolve();
      await all.promise;
      return wellBehaved();
    });
  }
  await using partner = await startPartner(services);
  const { data, errors } = await partner.ask(
    '{ viewer { name orders { edges { cursor } } recommendations { because } } product(id: "p-1") { id } }',
  );
  assert.deepEqual(errors, []);
  assert.match(JSON.stringify(data), /Ada Lovelace/);
});

test("the same question twice in one request is one call", async () => {
  await using services = await FakeServices.start();
  await using partner = await startPartner(services);
  await partner.ask(
    '{ viewer { name loyaltyTier also: name } a: viewer { name } x: order(id: "o-1") { id } y: order(id: "o-1") { number } }',
  );
  assert.deepEqual(services.calls.map(({ service }) => service).toSorted(), ["orders", "users"]);
});

test("two partners that act for one user share no call, two requests of one partner do", async () => {
  const callsOf = async (
    ...identities: readonly { readonly apiKeyId?: string; readonly scope?: string }[]
  ) => {
    await using services = await FakeServices.start();
    const allAsked = Promise.withResolvers<void>();
    services.make("users", async (_call, wellBehaved) => {
      await allAsked.promise;
      return wellBehaved();
    });
    let asked = 0;
    const alter = (clients: Clients): Clients => ({
      ...clients,
      users: {
        me: () => {
          const answer = clients.users.me();
          asked += 1;
          if (asked === identities.length) allAsked.resolve();
          return answer;
        },
      },
    });
    await using partner = await startPartner(services, { alter });
    const answers = identities.map((identity) => partner.ask("{ viewer { name } }", {}, { identity }));
    for (const { errors } of await Promise.all(answers)) assert.deepEqual(errors, []);
    return services.calls.length;
  };
  assert.equal(await callsOf({ apiKeyId: "key-1" }, { apiKeyId: "key-2" }), 2);
  assert.equal(await callsOf({ scope: "orders" }, { scope: "orders profile" }), 2);
  assert.equal(await callsOf({ apiKeyId: "ünicode\n" }, { apiKeyId: "ünicode\n" }), 1);
  assert.equal(await callsOf({}, {}), 1);
});
