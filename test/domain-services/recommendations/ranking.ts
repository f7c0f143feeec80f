/** How often two products were in one basket, seen from one of them. Products are numbered, see `BasketCounts`. */
export interface Companion {
  other: number;
  baskets: number;
}

/** What the baskets say, counted. A product's number is its place among all ids in order. */
export interface BasketCounts {
  productIds: readonly string[];
  /** Of every product: what else was in `MIN_BASKETS` of its baskets or more. */
  companions: readonly (readonly Companion[])[];
  /** Of every product: how many baskets had it. */
  sold: readonly number[];
  totalBaskets: number;
}

export interface Slot {
  productId: string;
  kind: "bought_together" | "popular";
  /** The user's product that explains a `bought_together`. */
  becauseProductId: string | null;
  /** Falls from slot to slot: baskets shared with all that the user has; for a popular product its share, under 1. */
  score: number;
  /** 0 to 1: of the baskets with the explaining product (or of all), how many had this one. */
  confidence: number;
  /** With how many of the user's products it was seen often enough. */
  supportingProducts: number;
}

/** No caller may ask for more. */
export const MAX_SLOTS = 50;

/** Two products that met less often are taken to have met by chance. */
export const MIN_BASKETS = 3;

/**
 * What a user may like: the products that were most often in one basket with what the user has bought, filled up with
 * best sellers. What the user has is left out, and ties go by id, so the same baskets give the same ranking.
 *
 * @param bought the numbers of the user's products, each once, in order
 */
export function ranker(counts: BasketCounts): (bought: readonly number[]) => Slot[] {
  const bestSellers = counts.sold.map((_, product) => product).toSorted(byMost(counts.sold));
  return (bought) => {
    const slots = boughtTogether(bought, counts);
    const taken = new Set([
      ...bought.map((product) => counts.productIds[product]),
      ...slots.map(({ productId }) => productId),
    ]);
    for (const product of bestSellers) {
      if (slots.length === MAX_SLOTS) break;
      const productId = counts.productIds[product] ?? "";
      if (!taken.has(productId))
        slots.push(popularSlot(productId, counts.sold[product] ?? 0, counts.totalBaskets));
    }
    return slots;
  };
}

/** A best seller's slot. */
export function popularSlot(productId: string, baskets: number, totalBaskets: number): Slot {
  const share = round(baskets / totalBaskets);
  return {
    productId,
    kind: "popular",
    becauseProductId: null,
    score: share,
    confidence: share,
    supportingProducts: 0,
  };
}

interface Candidate {
  product: number;
  baskets: number;
  supportingProducts: number;
  because: number;
  becauseBaskets: number;
}

function boughtTogether(bought: readonly number[], { productIds, companions, sold }: BasketCounts): Slot[] {
  // By the product's number: with maps and ids, ranking every customer takes most of the time of the first start.
  const candidates: (Candidate | undefined)[] = productIds.map(() => undefined);
  for (const because of bought) {
    for (const { other, baskets } of companions[because] ?? []) {
      const candidate = candidates[other];
      if (candidate === undefined) {
        candidates[other] = {
          product: other,
          baskets,
          supportingProducts: 1,
          because,
          becauseBaskets: baskets,
        };
      } else support(candidate, because, baskets);
    }
  }
  for (const product of bought) candidates[product] = undefined;
  return candidates
    .filter((candidate) => candidate !== undefined)
    .toSorted((a, b) => b.baskets - a.baskets || a.product - b.product)
    .slice(0, MAX_SLOTS)
    .map(({ product, baskets, supportingProducts, because, becauseBaskets }) => ({
      productId: productIds[product] ?? "",
      kind: "bought_together",
      becauseProductId: productIds[because] ?? "",
      score: baskets,
      confidence: round(becauseBaskets / (sold[because] ?? becauseBaskets)),
      supportingProducts,
    }));
}

/** The explaining product is the one with the most baskets in common; of equals the first, for they come in order. */
function support(candidate: Candidate, because: number, baskets: number): void {
  candidate.baskets += baskets;
  candidate.supportingProducts += 1;
  if (baskets > candidate.becauseBaskets) {
    candidate.because = because;
    candidate.becauseBaskets = baskets;
  }
}

const byMost =
  (sold: readonly number[]) =>
  (a: number, b: number): number =>
    (sold[b] ?? 0) - (sold[a] ?? 0) || a - b;

const round = (share: number): number => Math.round(share * 10_000) / 10_000;
