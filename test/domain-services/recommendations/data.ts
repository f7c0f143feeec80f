import { generatePurchases } from "../seed/purchases.ts";
import type { Purchase } from "../seed/purchases.ts";
import type { Insert } from "../service/database.ts";

/** The contract lets a caller ask for at most 50. */
const MAX_SLOTS = 50;

/** Two products that were in fewer baskets together are taken to have met by chance. */
const MIN_BASKETS = 40;

/** What the baskets say, counted. A product's number is its place among the sorted ids. */
interface BasketCounts {
  productIds: readonly string[];
  /** For each product, how many baskets had it. */
  sold: readonly number[];
  /** For each product, how many of its baskets also had each other product. */
  together: readonly Uint16Array[];
  totalBaskets: number;
}

/** A product that was in baskets with some of the user's products. */
interface Candidate {
  product: number;
  /** Baskets in common with all products of the user. */
  score: number;
  /** How many of the user's products it was often enough together with. */
  supporting: number;
  /** The user's product with the most baskets in common, which explains the slot, and how many. */
  because: number;
  most: number;
}

/** Fills the database with a ranking for every customer, as a nightly training would. */
export function fill(insert: Insert): void {
  const purchases = generatePurchases();
  const bought = new Map<string, Set<string>>([["", new Set()]]);
  for (const { account, articles } of purchases) {
    const known = bought.get(account.id) ?? new Set();
    bought.set(account.id, known);
    for (const { id } of articles) known.add(id);
  }
  const rank = ranker(count(purchases));
  for (const [userId, productIds] of bought) {
    for (const [index, slot] of rank(productIds).entries())
      insert("ranking", { user_id: userId, rank: index + 1, ...slot });
  }
}

/** A placed order counts, whatever became of it later: it shows what people want together. */
function count(purchases: readonly Purchase[]): BasketCounts {
  const productIds = [
    ...new Set(purchases.flatMap(({ articles }) => articles.map(({ id }) => id))),
  ].toSorted();
  const numbers = new Map(productIds.map((id, number) => [id, number]));
  const sold = productIds.map(() => 0);
  const together = productIds.map(() => new Uint16Array(productIds.length));
  for (const { articles } of purchases) {
    const basket = articles.map(({ id }) => numbers.get(id) ?? 0);
    for (const one of basket) {
      sold[one] = (sold[one] ?? 0) + 1;
      const row = together[one] ?? new Uint16Array();
      for (const other of basket) if (other !== one) row[other] = (row[other] ?? 0) + 1;
    }
  }
  return { productIds, sold, together, totalBaskets: purchases.length };
}

/**
 * Ranks for a user: first the products that were most often in a basket with something that the
 * user has bought, then best sellers. Products that the user has are left out. Ties are broken by
 * id, so the same baskets always give the same ranking.
 */
function ranker({ productIds, sold, together, totalBaskets }: BasketCounts) {
  const idOf = (product: number): string => productIds[product] ?? "";
  const share = (baskets: number, of: number): number => Math.round((baskets / of) * 10_000) / 10_000;
  const companions = together.map((row) =>
    [...row.entries()].filter(([, baskets]) => baskets >= MIN_BASKETS),
  );
  const popular = [...sold.entries()]
    .toSorted(([, one], [, other]) => other - one)
    .map(([product, baskets]) => ({
      product_id: idOf(product),
      kind: "popular",
      because_product_id: null,
      score: share(baskets, totalBaskets),
      confidence: share(baskets, totalBaskets),
      supporting_products: 0,
    }));
  return (bought: ReadonlySet<string>) => {
    const candidates = new Map<number, Candidate>();
    for (const [own, id] of productIds.entries()) {
      if (!bought.has(id)) continue;
      for (const [product, baskets] of companions[own] ?? []) {
        const candidate = candidates.get(product) ?? {
          product,
          score: 0,
          supporting: 0,
          most: 0,
          because: own,
        };
        candidates.set(product, candidate);
        candidate.score += baskets;
        candidate.supporting += 1;
        if (baskets > candidate.most) [candidate.most, candidate.because] = [baskets, own];
      }
    }
    const slots = [...candidates.values()]
      .filter(({ product }) => !bought.has(idOf(product)))
      .toSorted((a, b) => b.score - a.score || a.product - b.product)
      .slice(0, MAX_SLOTS)
      .map(({ product, score, supporting, most, because }) => ({
        product_id: idOf(product),
        kind: "bought_together",
        because_product_id: idOf(because),
        score,
        confidence: share(most, sold[because] ?? most),
        supporting_products: supporting,
      }));
    const taken = new Set([...bought, ...slots.map(({ product_id: id }) => id)]);
    return [...slots, ...popular.filter(({ product_id: id }) => !taken.has(id))].slice(0, MAX_SLOTS);
  };
}
