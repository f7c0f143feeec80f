import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { isUpstreamError } from "@triptych/upstream-client";
import { catalogService } from "./catalog.ts";
import type { Catalog } from "./catalog.ts";
import { productBody } from "./testing/bodies.ts";
import { domainService, problem, scopeOf } from "./testing/domain-service.ts";
import type { Received } from "@triptych/testing";

type Fixture = { readonly catalog: Catalog; readonly received: readonly Received[] };

/** A catalog that knows every id but those of `unknown`, and answers in an order of its own. */
async function catalogOf(t: TestContext, unknown: readonly string[] = []): Promise<Fixture> {
  const { upstream, received } = await domainService(t, ({ url }) => {
    const ids = idsOf(url).filter((id) => !unknown.includes(id));
    return { body: { products: ids.toReversed().map((id) => productBody(id)) } };
  });
  return { catalog: catalogService(upstream).in(scopeOf(t)), received };
}

function idsOf(url: string): readonly string[] {
  return new URL(url, "http://service").searchParams.get("ids")?.split(",") ?? [];
}

test("answers the products in the order asked for, each once, unknown ones left out", async (t) => {
  const { catalog, received } = await catalogOf(t, ["gone"]);
  const products = await catalog.products(["b", "a", "b", "gone", "c"]);
  assert.deepEqual(
    products.map(({ id }) => id),
    ["b", "a", "c"],
  );
  assert.deepEqual(
    received.map(({ url }) => url),
    ["/products?ids=b,a,gone,c"],
  );
});

test("no ids make no call", async (t) => {
  const { catalog, received } = await catalogOf(t);
  assert.deepEqual(await catalog.products([]), []);
  assert.deepEqual(received, []);
});

test("invalid ids are not sent, and without valid ids there is no call", async (t) => {
  const { catalog, received } = await catalogOf(t);
  const impossible = ["", "a b", "a,b", "../x", "a\n", "ä", "a".repeat(65), "\ud800"];
  assert.deepEqual(await catalog.products(impossible), []);
  assert.deepEqual(received, []);
  const products = await catalog.products(["x", ...impossible]);
  assert.deepEqual(
    products.map(({ id }) => id),
    ["x"],
  );
  assert.deepEqual(
    received.map(({ url }) => idsOf(url)),
    [["x"]],
  );
});

test("more than a hundred ids are asked for in parallel calls of a hundred at most", async (t) => {
  const waiting: (() => void)[] = [];
  const { upstream, received } = await domainService(t, async ({ url }) => {
    // Answers when all three calls are there: they could not be if one waited for another.
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 3) for (const go of waiting.splice(0)) go();
    });
    return { body: { products: idsOf(url).map((id) => productBody(id)) } };
  });
  const ids = Array.from({ length: 201 }, (_, index) => `p${index}`);
  const products = await catalogService(upstream).in(scopeOf(t)).products(ids);
  assert.deepEqual(
    products.map(({ id }) => id),
    ids,
  );
  const sizes = received.map(({ url }) => idsOf(url).length).toSorted((a, b) => a - b);
  assert.deepEqual(sizes, [1, 100, 100]);
});

test("a product that was not asked for is ignored", async (t) => {
  const { upstream } = await domainService(t, () => ({
    body: { products: [productBody("other"), productBody("a")] },
  }));
  const products = await catalogService(upstream).in(scopeOf(t)).products(["a"]);
  assert.deepEqual(
    products.map(({ id }) => id),
    ["a"],
  );
});

test("one failed call fails the list, because half a list would look like missing products", async (t) => {
  const { upstream } = await domainService(t, ({ url }) =>
    idsOf(url).includes("p0") ? { body: { products: [] } } : problem(503),
  );
  const ids = Array.from({ length: 101 }, (_, index) => `p${index}`);
  await assert.rejects(
    catalogService(upstream).in(scopeOf(t)).products(ids),
    (error: unknown) => isUpstreamError(error) && error.kind === "unavailable",
  );
});

test("one product, or a rejection", async (t) => {
  const { upstream } = await domainService(t, ({ url }) =>
    url === "/products/p-1" ? { body: productBody("p-1", { stock: { status: "preorder" } }) } : problem(404),
  );
  const catalog = catalogService(upstream).in(scopeOf(t));
  const product = await catalog.product("p-1");
  assert.equal(product.stock.status, "unknown");
  await assert.rejects(
    catalog.product("p-2"),
    (error: unknown) => isUpstreamError(error) && error.kind === "rejected",
  );
});
