import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { text } from "../service/database.ts";
import { at, listAt, textAt } from "../testing/json.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { ServiceUnderTest } from "../testing/service-under-test.ts";
import { catalogService } from "./main.ts";

describe("the catalog service", () => {
  let catalog: ServiceUnderTest;
  before(async () => {
    catalog = await startUnderTest(catalogService);
  });
  after(() => catalog.stop());

  const idsOf = async (query: string): Promise<string[]> =>
    listAt((await catalog.call("", `/products?${query}`)).text, "products").map((product) =>
      textAt(product, "id"),
    );

  it("answers products in the order asked for, without unknown ones, each once", async () => {
    assert.deepEqual(await idsOf("ids=prd_0009,prd_0002,nothing,prd_0100"), [
      "prd_0009",
      "prd_0002",
      "prd_0100",
    ]);
    assert.deepEqual(await idsOf("ids=prd_0002,prd_0001,prd_0002"), ["prd_0002", "prd_0001"]);
    assert.deepEqual(await idsOf("ids=prd_0001%2Cprd_0002"), ["prd_0001", "prd_0002"]);
    assert.deepEqual(await idsOf("ids=nothing"), []);
    const hundred = Array.from({ length: 100 }, (_, index) => `prd_${String(index + 1).padStart(4, "0")}`);
    assert.equal(
      (await idsOf(`ids=${hundred.join(",")}`)).length,
      98,
      "prd_0054 and prd_0099 are discontinued",
    );
  });

  it("has the products that the README names", async () => {
    const product = async (id: string) => (await catalog.call("", `/products/${id}`)).text;
    assert.equal(at(await product("prd_0011"), "stock.status"), "low");
    assert.equal(at(await product("prd_0046"), "stock.status"), "out_of_stock");
    assert.equal(at(await product("prd_0049"), "rating.count"), 0);
    assert.ok(Number(at(await product("prd_0004"), "listPrice.amount")) > 0);
  });

  for (const query of [
    "",
    "ids=",
    "ids=a,,b",
    "ids=a,",
    "ids=a%20b",
    "ids=a&ids=b",
    "ids=..%2F",
    `ids=${"x".repeat(65)}`,
    `ids=${Array.from({ length: 101 }, () => "a").join(",")}`,
  ]) {
    it(`refuses ?${query.slice(0, 30)} with 400`, async () => {
      assert.equal((await catalog.call("", `/products?${query}`)).status, 400);
    });
  }

  it("answers the values in the database", async () => {
    const database = new DatabaseSync(join(catalog.dataDir, "catalog.sqlite"), { readOnly: true });
    for (const row of database.prepare("SELECT * FROM products ORDER BY id LIMIT 40").all()) {
      const body = (await catalog.call("", `/products/${text(row, "id")}`)).text;
      assert.equal(at(body, "title"), row["title"]);
      assert.equal(at(body, "subtitle"), row["subtitle"]);
      assert.deepEqual(at(body, "price"), { amount: row["price_amount"], currency: row["currency"] });
      assert.equal(at(body, "listPrice.amount") ?? null, row["list_price_amount"]);
      assert.deepEqual(
        [at(body, "stock.status"), at(body, "stock.quantity")],
        [row["stock_status"], row["stock_quantity"]],
      );
      const images = database
        .prepare("SELECT COUNT(*) AS n FROM product_images WHERE product_id = ?")
        .get(text(row, "id"));
      assert.equal(listAt(body, "images").length, images?.["n"]);
      const ratings = listAt(body, "rating.histogram").map(Number);
      assert.equal(
        ratings.reduce((sum, each) => sum + each, 0),
        row["rating_count"],
      );
    }
    database.close();
  });

  for (const path of ["/products?ids=prd_0001,prd_0002", "/products/prd_0001"]) {
    it(`lets every cache keep ${path}, and answers 304 to a caller that has it`, async () => {
      const first = await catalog.call("", path);
      assert.equal(
        first.headers["cache-control"],
        "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400",
      );
      assert.equal(first.headers["vary"], undefined);
      const etag = String(first.headers["etag"]);
      const again = await catalog.call("5", path, { headers: { "if-none-match": `W/${etag}` } });
      assert.deepEqual(
        [again.status, again.headers["etag"], again.headers["cache-control"]],
        [304, etag, first.headers["cache-control"]],
      );
      const other = await catalog.call("", "/products?ids=prd_0002", { headers: { "if-none-match": etag } });
      assert.equal(other.status, 200);
    });

    it(`answers ${path} whoever asks, with the same bytes`, async () => {
      const answers = await Promise.all(["", "1", "42"].map((user) => catalog.call(user, path)));
      assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    });
  }

  it("keeps no cache from hearing of a product that it does not have", async () => {
    assert.equal((await catalog.call("", "/products/nothing")).headers["cache-control"], "no-store");
  });
});
