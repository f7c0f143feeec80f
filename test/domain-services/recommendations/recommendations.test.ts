import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { text } from "../service/database.ts";
import { SettingError } from "../service/tools.ts";
import { at, listAt, memberOf, numberAt, textAt } from "../testing/json.ts";
import { pristineData } from "../testing/pristine-data.ts";
import { startUnderTest } from "../testing/service-under-test.ts";
import type { ServiceUnderTest } from "../testing/service-under-test.ts";
import { readVersions, recommendationsService } from "./main.ts";

/** The most first, equals by id. */
const byCount = ([a, one]: [string, number], [b, other]: [string, number]): number =>
  other - one || (a < b ? -1 : 1);

/** What a service answers to both versions. */
const statusOfBoth = async (service: ServiceUnderTest): Promise<number[]> =>
  Promise.all(["/recommendations", "/recs/v2"].map(async (path) => (await service.call("1", path)).status));

describe("the recommendations service", () => {
  let recommendations: ServiceUnderTest;
  /** The products of each order, and each user's, as the orders service stores them. */
  const baskets = new Map<string, string[]>();
  const boughtBy = new Map<string, Set<string>>();
  const besideOf = new Map<string, Map<string, number>>();
  let known: Set<string>;
  before(async () => {
    recommendations = await startUnderTest(recommendationsService([1, 2]));
    const directory = await pristineData();
    const orders = new DatabaseSync(join(directory, "orders.sqlite"), { readOnly: true });
    for (const row of orders
      .prepare("SELECT orders.id, user_id, product_id FROM orders JOIN order_lines ON order_id = orders.id")
      .all()) {
      const [orderId, userId, productId] = [text(row, "id"), text(row, "user_id"), text(row, "product_id")];
      baskets.set(orderId, [...(baskets.get(orderId) ?? []), productId]);
      boughtBy.set(userId, (boughtBy.get(userId) ?? new Set()).add(productId));
    }
    orders.close();
    const catalog = new DatabaseSync(join(directory, "catalog.sqlite"), { readOnly: true });
    known = new Set(
      catalog
        .prepare("SELECT id FROM products")
        .all()
        .map((row) => text(row, "id")),
    );
    catalog.close();
  });
  after(() => recommendations.stop());

  const slotsOf = async (userId: string, limit = 50): Promise<unknown[]> =>
    listAt((await recommendations.call(userId, `/recs/v2?limit=${limit}`)).text, "slots");
  const idsOf = async (userId: string, limit = 50): Promise<string[]> =>
    (await slotsOf(userId, limit)).map((slot) => textAt(slot, "product.id"));

  /** How many orders had each product beside the given one: a plain loop over all orders. */
  const countBeside = (productId: string): Map<string, number> => {
    const counts = besideOf.get(productId) ?? new Map<string, number>();
    if (besideOf.has(productId)) return counts;
    besideOf.set(productId, counts);
    for (const basket of baskets.values()) {
      if (!basket.includes(productId)) continue;
      for (const other of basket) if (other !== productId) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
    return counts;
  };
  const bestSellers = (): string[] => {
    const sold = new Map<string, number>();
    for (const basket of baskets.values()) for (const id of basket) sold.set(id, (sold.get(id) ?? 0) + 1);
    return [...sold].toSorted(byCount).map(([id]) => id);
  };
  /**
   * What should be recommended, from the orders only: pairs in forty orders or more, summed, then
   * best sellers.
   */
  const recompute = (userId: string): string[] => {
    const bought = boughtBy.get(userId) ?? new Set<string>();
    const scores = new Map<string, number>();
    for (const mine of bought) {
      for (const [other, orders] of countBeside(mine)) {
        if (orders >= 40 && !bought.has(other)) scores.set(other, (scores.get(other) ?? 0) + orders);
      }
    }
    const together = [...scores].toSorted(byCount).map(([id]) => id);
    return [...new Set([...together, ...bestSellers().filter((id) => !bought.has(id))])].slice(0, 50);
  };

  it("recommends what was bought together with the user's products, then best sellers", async () => {
    const users = [
      "1",
      "2",
      "3",
      "9",
      "12",
      "13",
      "16",
      "17",
      "18",
      "100",
      "250",
      "400",
      "555",
      "777",
      "1000",
      "1234",
      "1500",
      "1999",
      "2000",
      "2400",
    ];
    for (const userId of users) assert.deepEqual(await idsOf(userId), recompute(userId), `user ${userId}`);
  });

  it("adds best sellers if too little was bought together, and says so", async () => {
    let filled = 0;
    for (const userId of [...boughtBy.keys()].filter((id) => boughtBy.get(id)?.size === 1)) {
      const kinds = (await slotsOf(userId)).map((slot) => textAt(slot, "because.kind"));
      assert.equal(kinds.length, 50);
      if (kinds.includes("popular")) filled += 1;
      assert.deepEqual(kinds, kinds.toSorted(), "bought_together comes before popular");
    }
    assert.ok(filled > 0);
  });

  it("recommends best sellers to a user without orders and to an unknown user", async () => {
    const expected = bestSellers().slice(0, 50);
    for (const userId of ["8", "unknown"]) {
      const slots = await slotsOf(userId);
      assert.deepEqual(
        slots.map((slot) => textAt(slot, "product.id")),
        expected,
      );
      for (const slot of slots)
        assert.deepEqual(memberOf(slot, "because"), { kind: "popular", productId: null });
    }
  });

  it("explains each slot with the user's product that shares the most orders with it", async () => {
    for (const userId of ["1", "3", "12", "15"]) {
      const bought = boughtBy.get(userId) ?? new Set<string>();
      for (const slot of await slotsOf(userId, 10)) {
        const [id, because] = [textAt(slot, "product.id"), textAt(slot, "because.productId")];
        const shared = [...bought]
          .map((mine): [string, number] => [mine, countBeside(mine).get(id) ?? 0])
          .toSorted(byCount);
        assert.equal(because, shared[0]?.[0], `product ${id} for user ${userId}`);
        const confidence = numberAt(slot, "confidence");
        const ofBecause = [...baskets.values()].filter((basket) => basket.includes(because)).length;
        assert.ok(Math.abs(confidence - (shared[0]?.[1] ?? 0) / ofBecause) < 0.0001);
      }
    }
  });

  it("ranks from 1 without a gap, and a smaller limit gives the start of a larger one", async () => {
    const slots = await slotsOf("7");
    assert.deepEqual(
      slots.map((slot) => numberAt(slot, "rank")),
      slots.map((_, index) => index + 1),
    );
    assert.deepEqual(await slotsOf("7", 8), slots.slice(0, 8));
    const byDefault = await recommendations.call("7", "/recs/v2");
    assert.equal(listAt(byDefault.text, "slots").length, 20);
  });

  it("answers the same ranking in both versions", async () => {
    for (const userId of ["1", "8", "9"]) {
      const items = listAt((await recommendations.call(userId, "/recommendations?limit=50")).text, "items");
      assert.deepEqual(
        items.map((item) => textAt(item, "productId")),
        await idsOf(userId),
      );
      const scores = items.map((item) => numberAt(item, "score"));
      assert.deepEqual(
        scores,
        scores.toSorted((a, b) => b - a),
      );
    }
  });

  it("recommends a few products that the catalog does not know", async () => {
    let unknown = 0;
    for (let user = 1; user <= 300; user += 1)
      unknown += (await idsOf(String(user), 8)).filter((id) => !known.has(id)).length;
    assert.ok(unknown > 0 && unknown < 300 * 8 * 0.05, `${unknown} of 2,400 slots`);
  });

  it("lets version 2 be cached, and answers 304 to a caller that has it; version 1 does neither", async () => {
    const v2 = await recommendations.call("1", "/recs/v2");
    assert.equal(v2.headers["cache-control"], "private, max-age=60, stale-while-revalidate=300");
    const etag = String(v2.headers["etag"]);
    const again = await recommendations.call("1", "/recs/v2", { headers: { "if-none-match": etag } });
    assert.deepEqual([again.status, again.text, again.headers["etag"]], [304, "", etag]);
    assert.equal(again.headers["cache-control"], v2.headers["cache-control"]);
    const v1 = await recommendations.call("1", "/recommendations", { headers: { "if-none-match": "*" } });
    assert.deepEqual(
      [v1.status, v1.headers["etag"], v1.headers["cache-control"]],
      [200, undefined, undefined],
    );
  });

  it("serves the versions that it is told to, at the start and later", async () => {
    const onlyV1 = await startUnderTest(recommendationsService(readVersions("1")));
    try {
      assert.deepEqual(await statusOfBoth(onlyV1), [200, 404]);
      assert.equal((await onlyV1.admin("PUT", "/versions", { served: [2] })).status, 200);
      assert.deepEqual(await statusOfBoth(onlyV1), [410, 200]);
      assert.equal(at((await onlyV1.call("1", "/recommendations")).text, "status"), 410);
      assert.equal((await onlyV1.admin("PUT", "/versions", { served: [3] })).status, 400);
      assert.equal((await onlyV1.admin("PUT", "/versions", { served: [] })).status, 400);
      await onlyV1.admin("PUT", "/versions", { served: [1, 2] });
      assert.deepEqual(await statusOfBoth(onlyV1), [200, 200]);
      await onlyV1.admin("DELETE", "/versions");
      assert.deepEqual(await statusOfBoth(onlyV1), [200, 404]);
    } finally {
      await onlyV1.stop();
    }
  });

  it("refuses a list of versions that names another", () => {
    assert.deepEqual(
      [readVersions(undefined), readVersions("1,2"), readVersions("2")],
      [[1, 2], [1, 2], [2]],
    );
    for (const value of ["", "3", "1,3", "one", "1;2"]) {
      assert.throws(
        () => readVersions(value),
        (error) => error instanceof SettingError && error.message.startsWith("RECOMMENDATIONS_VERSIONS "),
      );
    }
  });
});
