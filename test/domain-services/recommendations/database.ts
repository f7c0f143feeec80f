import type { DatabaseSync } from "node:sqlite";
import type { Purchase } from "../seed/orders.ts";
import { SEED_VERSION, toDateTime } from "../seed/reference.ts";
import { inserter } from "../sql/insert.ts";
import { number, text } from "../sql/rows.ts";
import type { DatabaseSeed } from "../sql/seeded-database.ts";
import { MIN_BASKETS, ranker } from "./ranking.ts";
import type { BasketCounts, Companion } from "./ranking.ts";

const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE purchases (
    basket INTEGER NOT NULL, user_id TEXT NOT NULL, product_id TEXT NOT NULL, placed_at TEXT NOT NULL,
    PRIMARY KEY (basket, product_id)
  ) WITHOUT ROWID;
  CREATE TABLE best_sellers (product_id TEXT PRIMARY KEY, baskets INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE bought_together (
    product_id TEXT NOT NULL, other_id TEXT NOT NULL, baskets INTEGER NOT NULL,
    PRIMARY KEY (product_id, other_id)
  ) WITHOUT ROWID;
  CREATE TABLE ranking (
    user_id TEXT NOT NULL, rank INTEGER NOT NULL, product_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('bought_together', 'popular')), because_product_id TEXT,
    score REAL NOT NULL, confidence REAL NOT NULL, supporting_products INTEGER NOT NULL,
    PRIMARY KEY (user_id, rank)
  ) WITHOUT ROWID;
`;

/** A placed order is a purchase, whatever became of it later: it shows what people want together. */
const COUNT = `
  INSERT INTO best_sellers SELECT product_id, COUNT(*) FROM purchases GROUP BY product_id;
  INSERT INTO bought_together
    SELECT one.product_id, other.product_id, COUNT(*)
    FROM purchases AS one JOIN purchases AS other ON other.basket = one.basket AND other.product_id <> one.product_id
    GROUP BY one.product_id, other.product_id;
`;

export const recommendationsSeed: DatabaseSeed = {
  name: "recommendations",
  version: SEED_VERSION * 1_000 + SCHEMA_VERSION,
  async load() {
    const { generatePurchases } = await import("../seed/orders.ts");
    return (database) => {
      database.exec(SCHEMA);
      insertPurchases(database, generatePurchases());
      database.exec(COUNT);
      insertRanking(database, readCounts(database));
    };
  },
};

function insertPurchases(database: DatabaseSync, purchases: readonly Purchase[]): void {
  const insert = inserter(database, "purchases");
  for (const [basket, { account, placedAt, articles }] of purchases.entries()) {
    const instant = toDateTime(placedAt);
    for (const { id } of articles) {
      insert({ basket, user_id: account.id, product_id: id, placed_at: instant });
    }
  }
}

function readCounts(database: DatabaseSync): BasketCounts {
  const sellers = database.prepare("SELECT * FROM best_sellers ORDER BY product_id").all();
  const productIds = sellers.map((row) => text(row, "product_id"));
  const numberOf = numbering(productIds);
  const companions: Companion[][] = productIds.map(() => []);
  const pairs = database.prepare("SELECT * FROM bought_together WHERE baskets >= ?");
  for (const row of pairs.iterate(MIN_BASKETS)) {
    const product = numberOf(text(row, "product_id"));
    const other = numberOf(text(row, "other_id"));
    companions[product]?.push({ other, baskets: number(row, "baskets") });
  }
  const sold = sellers.map((row) => number(row, "baskets"));
  return { productIds, companions, sold, totalBaskets: countBaskets(database) };
}

/** How many orders the counts come from. */
export function countBaskets(database: DatabaseSync): number {
  const row = database.prepare("SELECT MAX(basket) + 1 AS baskets FROM purchases").get();
  return row === undefined ? 0 : number(row, "baskets");
}

/** Ranked once for every customer, as a nightly training would: a request then reads its rows and is done. */
function insertRanking(database: DatabaseSync, counts: BasketCounts): void {
  const insert = inserter(database, "ranking");
  const rank = ranker(counts);
  for (const [userId, bought] of readBought(database, counts.productIds)) {
    for (const [index, slot] of rank(bought).entries()) {
      insert({
        user_id: userId,
        rank: index + 1,
        product_id: slot.productId,
        kind: slot.kind,
        because_product_id: slot.becauseProductId,
        score: slot.score,
        confidence: slot.confidence,
        supporting_products: slot.supportingProducts,
      });
    }
  }
}

/** The numbers of the products that each customer has bought, in order. */
function readBought(database: DatabaseSync, productIds: readonly string[]): Map<string, number[]> {
  const numberOf = numbering(productIds);
  const bought = new Map<string, number[]>();
  const rows = database.prepare(
    "SELECT DISTINCT user_id, product_id FROM purchases ORDER BY user_id, product_id",
  );
  for (const row of rows.iterate()) {
    const userId = text(row, "user_id");
    const product = numberOf(text(row, "product_id"));
    const known = bought.get(userId);
    if (known === undefined) bought.set(userId, [product]);
    else known.push(product);
  }
  return bought;
}

/** Gives each id its place in the list. @throws RangeError for one that is not there. */
function numbering(ids: readonly string[]): (id: string) => number {
  const numbers = new Map(ids.map((id, index) => [id, index]));
  return (id) => {
    const found = numbers.get(id);
    if (found === undefined)
      throw new RangeError(`'${id}' is not among the ${ids.length} products that were sold`);
    return found;
  };
}
