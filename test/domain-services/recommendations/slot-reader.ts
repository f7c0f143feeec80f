import type { DatabaseSync } from "node:sqlite";
import { number, text, textOrNull } from "../sql/rows.ts";
import type { Row } from "../sql/rows.ts";
import { countBaskets } from "./database.ts";
import { popularSlot } from "./ranking.ts";
import type { Slot } from "./ranking.ts";

/** Reads the best `limit` slots for a user; a user without purchases, or unknown, gets the best sellers. */
export function slotReader(database: DatabaseSync): (userId: string, limit: number) => Slot[] {
  const selectRanking = database.prepare(
    "SELECT * FROM ranking WHERE user_id = ? AND rank <= ? ORDER BY rank",
  );
  const selectPopular = database.prepare(
    "SELECT * FROM best_sellers ORDER BY baskets DESC, product_id LIMIT ?",
  );
  const totalBaskets = countBaskets(database);
  return (userId, limit) => {
    const ranked = selectRanking.all(userId, limit);
    if (ranked.length > 0) return ranked.map(toSlot);
    return selectPopular
      .all(limit)
      .map((row) => popularSlot(text(row, "product_id"), number(row, "baskets"), totalBaskets));
  };
}

function toSlot(row: Row): Slot {
  return {
    productId: text(row, "product_id"),
    kind: row["kind"] === "popular" ? "popular" : "bought_together",
    becauseProductId: textOrNull(row, "because_product_id"),
    score: number(row, "score"),
    confidence: number(row, "confidence"),
    supportingProducts: number(row, "supporting_products"),
  };
}
