import type { DatabaseSync } from "node:sqlite";
import type { Purchase } from "../seed/orders.ts";
import { SEED_VERSION, toDateTime } from "../seed/reference.ts";
import { inserter } from "../sql/insert.ts";
import { number, text } from "../sql/rows.ts";
import type { DatabaseSeed } from "../sql/seeded-database.ts";
import { rank } from "./ranking.ts";
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
    for (const { id } of articles) {
      insert({ basket, user_id: account.id, product_id: id, placed_at: toDateTime(placedAt) });
    }
  }
}

function readCounts(database: DatabaseSync): BasketCounts {
  const companions = new Map<string, Companion[]>();
  for (const row of database
    .prepare("SELECT * FROM bought_together ORDER BY product_id, other_id")
    .iterate()) {
    const productId = text(row, "product_id");
    const companion = { otherId: text(row, "other_id"), baskets: number(row, "baskets") };
    const known = companions.get(productId);
    if (known === undefined) companions.set(productId, [companion]);
    else known.push(companion);
  }
  const popular = new Map<string, number>();
  for (const row of database
    .prepare("SELECT * FROM best_sellers ORDER BY baskets DESC, product_id")
    .iterate()) {
    popular.set(text(row, "product_id"), number(row, "baskets"));
  }
  return { companions, popular, totalBaskets: countBaskets(database) };
}

/** How many orders the counts come from. */
export function countBaskets(database: DatabaseSync): number {
  const row = database.prepare("SELECT MAX(basket) + 1 AS baskets FROM purchases").get();
  return row === undefined ? 0 : number(row, "baskets");
}

/** Ranked once for every customer, as a nightly training would: a request then reads its rows and is done. */
function insertRanking(database: DatabaseSync, counts: BasketCounts): void {
  const boughtBy = new Map<string, Set<string>>();
  for (const row of database.prepare("SELECT DISTINCT user_id, product_id FROM purchases").iterate()) {
    const userId = text(row, "user_id");
    const known = boughtBy.get(userId);
    if (known === undefined) boughtBy.set(userId, new Set([text(row, "product_id")]));
    else known.add(text(row, "product_id"));
  }
  const insert = inserter(database, "ranking");
  for (const [userId, bought] of boughtBy) {
    for (const [index, slot] of rank(bought, counts).entries()) {
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
