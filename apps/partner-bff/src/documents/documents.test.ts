import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeServices } from "../testing/fake-services.ts";
import { asGraphql, publishedContract, startPartner } from "../testing/running-partner.ts";
import type { Partner } from "../testing/running-partner.ts";
import { createRegistry, hashOf } from "./contract.ts";

const PREFLIGHT = { "apollo-require-preflight": "true" };

/** Variables that a published document can be asked with; one that is not here needs none. */
const VARIABLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Home: { orders: 2, recommendations: 2 },
  Order: { id: "o-1" },
  Product: { id: "p-1" },
  CancelOrder: { id: "o-1", reason: "OTHER", idempotencyKey: "key-12345" },
};

async function published(): Promise<ReadonlyMap<string, { readonly hash: string; readonly text: string }>> {
  const { operations } = await publishedContract();
  return new Map(
    operations.map(({ name, text }) => {
      const [, operation = ""] = /^(?:query|mutation) (\w+)/.exec(text) ?? [];
      return [operation, { hash: name.replace(".graphql", ""), text }];
    }),
  );
}

function byGet(partner: Partner, hash: string, variables: unknown, apiKeyId?: string) {
  const search = new URLSearchParams({
    extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } }),
    variables: JSON.stringify(variables),
  });
  return partner.send({
    method: "GET",
    path: `/partner/graphql?${search.toString()}`,
    headers: PREFLIGHT,
    ...(apiKeyId === undefined ? {} : { identity: { apiKeyId } }),
  });
}

function byPost(partner: Partner, body: unknown) {
  return partner.send({ headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

describe("the published documents", () => {
  test("are answered by hash, by POST, without errors", async () => {
    const documents = await published();
    for (const name of Object.keys(VARIABLES)) assert.ok(documents.has(name), name);
    for (const [name, { hash }] of documents) {
      await using services = await FakeServices.start();
      await using partner = await startPartner(services);
      const answer = asGraphql(
        await byPost(partner, {
          // `Order2` takes what `Order` does.
          variables: VARIABLES[name.replace(/2$/, "")],
          extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
        }),
      );
      assert.equal(answer.status, 200);
      assert.deepEqual(answer.errors, [], name);
      assert.deepEqual(answer.degraded, [], name);
      const [line] = partner.log("request");
      assert.equal(line?.["screen"], name);
    }
  });

  test("are answered by GET where they are queries, again and again with one identity", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const { hash = "" } = (await published()).get("Order") ?? {};
    const search = new URLSearchParams({
      extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } }),
      variables: '{"id":"o-1"}',
      operationName: "Order",
    });
    const headers = { ...PREFLIGHT, "x-identity": partner.mint() };
    for (const _ of [1, 2]) {
      const received = await partner.send({
        method: "GET",
        path: `/partner/graphql?${search.toString()}`,
        identity: null,
        headers,
      });
      const { status, errors, data } = asGraphql(received);
      assert.equal(status, 200);
      assert.deepEqual(errors, []);
      assert.match(JSON.stringify(data), /"o-1"/);
    }
  });

  test("are not executed by GET where they change something", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const { hash = "" } = (await published()).get("CancelOrder") ?? {};
    const { status, headers } = await byGet(partner, hash, VARIABLES["CancelOrder"]);
    assert.equal(status, 405);
    assert.equal(headers["allow"], "POST");
    assert.equal(services.calls.length, 0);
  });

  test("may come as text with the hash, as clients of persisted queries send them", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services, { env: { TRUSTED_DOCUMENTS_ONLY: "true" } });
    const { hash = "", text = "" } = (await published()).get("Home") ?? {};
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
    const { status, errors } = asGraphql(await byPost(partner, { query: text, extensions }));
    assert.deepEqual({ status, errors }, { status: 200, errors: [] });
  });
});

describe("a document that is not registered", () => {
  test("is unknown by its hash, and stays so when it is sent", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const query = "query Mine { viewer { id } }";
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    assert.equal((await byPost(partner, { query, extensions })).status, 200);
    const { status, headers, errors } = asGraphql(await byPost(partner, { extensions }));
    assert.equal(status, 404);
    assert.equal(headers["content-type"], "application/json; charset=utf-8");
    assert.equal(errors[0]?.extensions.code, "PERSISTED_QUERY_NOT_FOUND");
  });

  test("is not answered by GET", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const path = `/partner/graphql?query=${encodeURIComponent("{ viewer { name } }")}`;
    const { status, errors } = asGraphql(await partner.send({ method: "GET", path, headers: PREFLIGHT }));
    assert.deepEqual([status, errors[0]?.extensions.code], [403, "forbidden"]);
    assert.equal(services.calls.length, 0);
  });

  test("is not even parsed where only registered ones are trusted", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services, { env: { TRUSTED_DOCUMENTS_ONLY: "true" } });
    for (const query of ["{ viewer { name } }", "{ not GraphQL"]) {
      const { status, errors } = asGraphql(await byPost(partner, { query }));
      assert.deepEqual([status, errors[0]?.extensions.code], [403, "forbidden"]);
    }
    assert.equal(services.calls.length, 0);
  });
});

test("a document for one API key is answered only to that key", async () => {
  const text = "query Theirs { viewer { id } }";
  const hash = hashOf(text);
  await using services = await FakeServices.start();
  const { schema } = await publishedContract();
  await using partner = await startPartner(services, {
    contract: { schema, operations: [{ name: `${hash}.graphql`, text, apiKeyId: "key-7" }] },
  });
  assert.equal((await byGet(partner, hash, {}, "key-7")).status, 200);
  assert.equal((await byGet(partner, hash, {}, "key-8")).status, 404);
  assert.equal((await byGet(partner, hash, {}, "__proto__")).status, 404);
  assert.equal((await byGet(partner, hash, {})).status, 404);
});

test("a document that is named wrongly, is none, or has no name, keeps the app from starting", () => {
  const file = (text: string, name = `${hashOf(text)}.graphql`) => [{ name, text, apiKeyId: undefined }];
  assert.throws(
    () => createRegistry(file("query A { viewer }", "home.graphql")),
    /rename home\.graphql to [0-9a-f]{64}\.graphql/,
  );
  assert.throws(() => createRegistry(file("query A {")), /is not a GraphQL document: Syntax Error/);
  assert.throws(() => createRegistry(file("{ viewer }")), /must hold one operation, and it must have a name/);
  assert.throws(() => createRegistry(file("query A { a } query B { b }")), /must hold one operation/);
});
