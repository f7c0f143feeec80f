import { generatePurchases } from "../seed/purchases.ts";
import type { Purchase } from "../seed/purchases.ts";
import type { Insert } from "../service/database.ts";

/** The contract lets a caller ask for at most 50. */
const MAX_SLOTS = 50;

/** Two products that were in fewer baskets together are taken to have met by chance. */
const MIN_BASKETS = 40;

/** A product that was in baskets with some of the user's products. */
interface Candidate {
  /** Baskets in common with all products of the user. */
  score: number;
  /** How many of the user's products it was often enough together with. */
  supporting: number;
  /** The user's product with the most baskets in common, which explains the slot, and how many. */
  because: string;
  most: number;
}

/** Fills the database with a ranking for every customer, as a nightly training would. */
export function fill(insert: Insert): void {
  const purchases = generatePurchases();
  const bought = new Map<string, Set<string>>([["", new Set()]]);
  for (const { account, articles } of purchases) {
    const known = bought.getOrInsertComputed(account.id, () => new Set());
    for (const { id } of articles) known.add(id);
  }
  const rank = ranker(purchases);
  for (const [userId, productIds] of bought) {
    for (const [index, slot] of rank(productIds).entries())
      insert("ranking", { user_id: userId, rank: index + 1, ...slot });
  }
}

/**
 * Ranks for a user: first the products that were most often in a basket with something that the
 * user has bought, then best sellers. Products that the user has are left out. Ties are broken by
 * id, so the same baskets always give the same ranking.
 */
function ranker(purchases: readonly Purchase[]) {
  const sold = new Map<string, number>();
  const companions = new Map<string, Map<string, number>>();
  const count = (counts: Map<string, number>, id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);
  // A placed order counts, whatever became of it later: it shows what people want together.
  for (const { articles } of purchases) {
    for (const { id } of articles) {
      count(sold, id);
      const row = companions.getOrInsertComputed(id, () => new Map());
      for (const other of articles) if (other.id !== id) count(row, other.id);
    }
  }
  for (const row of companions.values())
    for (const [id, baskets] of row) if (baskets < MIN_BASKETS) row.delete(id);

  const share = (baskets: number, of: number): number => Math.round((baskets / of) * 10_000) / 10_000;
  const byId = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
  const popular = [...sold]
    .toSorted(([one, baskets], [other, others]) => others - baskets || byId(one, other))
    .map(([id, baskets]) => ({
      product_id: id,
      kind: "popular",
      because_product_id: null,
      score: share(baskets, purchases.length),
      confidence: share(baskets, purchases.length),
      supporting_products: 0,
    }));
  return (bought: ReadonlySet<string>) => {
    const candidates = new Map<string, Candidate>();
    for (const own of [...bought].toSorted()) {
      for (const [id, baskets] of companions.get(own) ?? []) {
        if (bought.has(id)) continue;
        const none = { score: 0, supporting: 0, most: 0, because: own };
        const candidate = candidates.getOrInsert(id, none);
        candidate.score += baskets;
        candidate.supporting += 1;
        if (baskets > candidate.most) [candidate.most, candidate.because] = [baskets, own];
      }
    }
    const slots = [...candidates]
      .toSorted(([one, a], [other, b]) => b.score - a.score || byId(one, other))
      .slice(0, MAX_SLOTS)
      .map(([id, { score, supporting, most, because }]) => ({
        product_id: id,
        kind: "bought_together",
        because_product_id: because,
        score,
        confidence: share(most, sold.get(because) ?? most),
        supporting_products: supporting,
      }));
    const taken = new Set([...bought, ...slots.map(({ product_id: id }) => id)]);
    return [...slots, ...popular.filter(({ product_id: id }) => !taken.has(id))].slice(0, MAX_SLOTS);
  };
}
