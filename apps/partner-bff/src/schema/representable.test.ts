import assert from "node:assert/strict";
import { test } from "node:test";
import type { Order } from "@triptych/domain-clients/orders";
import { FakeServices } from "../testing/fake-services.ts";
import { startPartner } from "../testing/running-partner.ts";
import { SMALL, order } from "../testing/sample-data.ts";

const LARGE = 3_000_000_000;
const money = (amount: number) => ({ amount, currency: "IDR" });

/** The newest four orders of user 42; the second and the fourth are not as small as the others. */
function ordersWith(odd: (ordinary: Order) => Order): Order[] {
  return ["o-4", "o-3", "o-2", "o-1"].map((id, index) => {
    const ordinary = order(id, ["p-1", "p-2"]);
    return index % 2 === 0 ? ordinary : odd(ordinary);
  });
}

/** What a partner gets for `query` where every second order is odd. */
async function ask(odd: (ordinary: Order) => Order, query: string, variables = {}) {
  await using services = await FakeServices.start({ ...SMALL, orders: ordersWith(odd) });
  await using partner = await startPartner(services);
  return await partner.ask(query, variables);
}

const largeTotal = (ordinary: Order): Order => ({ ...ordinary, total: money(LARGE) });
const withLine = (line: Partial<Order["lines"][number]>) => (ordinary: Order) => ({
  ...ordinary,
  lines: ordinary.lines.map((each, index) => (index === 1 ? { ...each, ...line } : each)),
});

const CASES: readonly [what: string, odd: (ordinary: Order) => Order, fields: string][] = [
  ["a total over 32 bits", largeTotal, "total { amount }"],
  ["a total below them", (one) => ({ ...one, total: money(-LARGE) }), "total { amount }"],
  ["a line's price over 32 bits", withLine({ unitPrice: money(2 ** 31) }), "lines { unitPrice { amount } }"],
  ["a quantity over 32 bits", withLine({ quantity: LARGE }), "lines { quantity }"],
  ["an alias", largeTotal, "sum: total { a: amount }"],
  ["a fragment", largeTotal, "... on Order { total { ... { amount } } }"],
  ["amountMinor over 2^53", (one) => ({ ...one, total: money(2 ** 60) }), "total { amountMinor }"],
];

for (const [what, odd, fields] of CASES) {
  test(`leaves out only the orders that cannot be represented, and says so: ${what}`, async () => {
    const query = `{ me: viewer { mine: orders { edges { node { id ${fields} } } pageInfo { endCursor } } } }`;
    const { status, data, errors, degraded } = await ask(odd, query);
    assert.equal(status, 200);
    assert.deepEqual(errors, []);
    assert.partialDeepStrictEqual(data, {
      me: { mine: { edges: [{ node: { id: "o-4" } }, { node: { id: "o-2" } }] } },
    });
    assert.deepEqual(degraded, [{ section: "me.mine", reason: "invalid" }]);
  });
}

const HARMLESS: readonly [what: string, odd: (ordinary: Order) => Order, fields: string][] = [
  ["the field is not asked for", largeTotal, "number total { currency }"],
  ["amountMinor holds it", largeTotal, "total { amountMinor }"],
  ["it is skipped", largeTotal, "total { currency amount @skip(if: $yes) }"],
  ["it is not included", largeTotal, "... @include(if: $no) { total { amount } }"],
  ["it is the largest Int", (one) => ({ ...one, total: money(2 ** 31 - 1) }), "total { amount }"],
  ["it is the smallest Int", (one) => ({ ...one, total: money(-(2 ** 31)) }), "total { amount }"],
];

for (const [what, odd, fields] of HARMLESS) {
  test(`leaves nothing out where ${what}`, async () => {
    const query = `query ($yes: Boolean = true, $no: Boolean = false) {
      viewer { orders { edges { node { id ${fields} } } } a: id @skip(if: $yes) b: id @skip(if: $no) } }`;
    const { data, degraded } = await ask(odd, query);
    const ids = ["o-4", "o-3", "o-2", "o-1"];
    assert.partialDeepStrictEqual(data, {
      viewer: { orders: { edges: ids.map((id) => ({ node: { id } })) } },
    });
    assert.deepEqual(degraded, []);
  });
}

test("a client that goes on from endCursor gets past orders that were left out", async () => {
  const query = `query ($after: String) { viewer { orders(first: 1, after: $after) {
    edges { node { id total { amount } } } pageInfo { hasNextPage endCursor } } } }`;
  await using services = await FakeServices.start({ ...SMALL, orders: ordersWith(largeTotal) });
  await using partner = await startPartner(services);
  const seen: unknown[] = [];
  let after: string | null = null;
  for (let page = 0; page < 4; page += 1) {
    const { data } = await partner.ask(query, { after });
    const { edges, pageInfo } = Object(data).viewer.orders;
    seen.push(edges.map((edge: { node: Order }) => edge.node.id));
    assert.equal(pageInfo.hasNextPage, page < 3);
    after = pageInfo.endCursor;
    assert.equal(typeof after, "string");
  }
  assert.deepEqual(seen, [["o-4"], [], ["o-2"], []]);
});

for (const first of [1, 2, 3, 50]) {
  test(`a client gets past orders that break the contract, ${first} at a time`, async () => {
    const query = `query ($after: String) { viewer { orders(first: ${first}, after: $after) {
      edges { node { id } } pageInfo { hasNextPage endCursor } } } }`;
    const broken = new Set(["o-6", "o-4", "o-3", "o-2"]);
    const orders = ["o-7", "o-6", "o-5", "o-4", "o-3", "o-2", "o-1"].map((id) => order(id, ["p-1"]));
    await using services = await FakeServices.start({ ...SMALL, orders });
    services.make("orders", (_call, wellBehaved) => {
      const answer = wellBehaved();
      assert.ok(answer !== "hang");
      return {
        body: JSON.stringify(answer.body, (_key, value) =>
          broken.has(value?.id) ? { ...value, total: { ...value.total, amount: "1e400" } } : value,
        ).replaceAll('"1e400"', "1e400"),
      };
    });
    await using partner = await startPartner(services);
    const seen: string[] = [];
    let cursor: { after: string | null; more: boolean } = { after: null, more: true };
    for (let page = 0; cursor.more && page < 10; page += 1) {
      const { data, degraded, errors } = await partner.ask(query, { after: cursor.after });
      const { edges, pageInfo } = Object(data).viewer.orders;
      seen.push(...edges.map((edge: { node: Order }) => edge.node.id));
      assert.deepEqual(errors, []);
      for (const entry of [degraded].flat())
        assert.deepEqual(entry, { section: "viewer.orders", reason: "invalid" });
      cursor = { after: pageInfo.endCursor, more: pageInfo.hasNextPage };
    }
    assert.equal(cursor.more, false);
    assert.deepEqual(seen, ["o-7", "o-5", "o-1"]);
  });
}

test("the log names the orders service, and does not call it a bug of ours", async () => {
  await using services = await FakeServices.start({ ...SMALL, orders: ordersWith(largeTotal) });
  await using partner = await startPartner(services);
  await partner.ask("{ viewer { orders { edges { node { total { amount } } } } } }");
  assert.equal(partner.log("a section failed by a bug of ours").length, 0);
  assert.match(JSON.stringify(partner.log("section failed")), /orders orders: an order holds a number/);
});

test("amountMinor is the amount, as a JSON number, wherever money is", async () => {
  await using services = await FakeServices.start({ ...SMALL, orders: [largeTotal(order("o-1", ["p-1"]))] });
  await using partner = await startPartner(services);
  const { data } = await partner.ask(
    '{ order(id: "o-1") { total { amountMinor } lines { unitPrice { amountMinor } product { price { amountMinor } } } } }',
  );
  assert.deepEqual(data, {
    order: {
      total: { amountMinor: LARGE },
      lines: [{ unitPrice: { amountMinor: 500 }, product: { price: { amountMinor: 999 } } }],
    },
  });
});

for (const variable of ["text", 1.5, null]) {
  test(`a variable that its type refuses is the client's mistake: ${variable}`, async () => {
    const query = "query ($count: Int!) { viewer { orders(first: $count) { edges { node { id } } } } }";
    const { errors } = await ask((ordinary) => ordinary, query, { count: variable });
    assert.match(JSON.stringify(errors), /Variable \\"\$count\\"/);
    assert.doesNotMatch(JSON.stringify(errors), /upstream-invalid/);
  });
}
