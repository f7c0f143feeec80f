/** How often two products were in one basket, seen from one of them. */
export interface Companion {
  otherId: string;
  baskets: number;
}

/** What the baskets say, counted. */
export interface BasketCounts {
  /** Of every product: what else was in its baskets. */
  companions: ReadonlyMap<string, readonly Companion[]>;
  /** Of every product: how many baskets had it; best sellers first, ties by id. */
  popular: ReadonlyMap<string, number>;
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
  /** In how many of the user's products' baskets it was seen often enough. */
  supportingProducts: number;
}

/** No caller may ask for more. */
export const MAX_SLOTS = 50;

/** Two products that met less often are taken to have met by chance. */
const MIN_BASKETS = 3;

/**
 * What a user may like: the products that were most often in one basket with what the user has bought, filled up with
 * best sellers. What the user has is left out, and ties go by id, so the same baskets give the same ranking.
 */
export function rank(bought: ReadonlySet<string>, counts: BasketCounts): Slot[] {
  const slots = boughtTogether(bought, counts);
  const chosen = new Set(slots.map((slot) => slot.productId));
  for (const [productId, baskets] of counts.popular) {
    if (slots.length >= MAX_SLOTS) break;
    if (bought.has(productId) || chosen.has(productId)) continue;
    slots.push(popularSlot(productId, baskets, counts.totalBaskets));
  }
  return slots;
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
  productId: string;
  baskets: number;
  supportingProducts: number;
  because: string;
  becauseBaskets: number;
}

function boughtTogether(bought: ReadonlySet<string>, { companions, popular }: BasketCounts): Slot[] {
  const candidates = new Map<string, Candidate>();
  for (const because of [...bought].toSorted()) {
    for (const { otherId, baskets } of companions.get(because) ?? []) {
      if (baskets >= MIN_BASKETS && !bought.has(otherId)) support(candidates, otherId, because, baskets);
    }
  }
  return [...candidates.values()]
    .toSorted((a, b) => b.baskets - a.baskets || (a.productId < b.productId ? -1 : 1))
    .slice(0, MAX_SLOTS)
    .map(({ productId, baskets, supportingProducts, because, becauseBaskets }) => ({
      productId,
      kind: "bought_together",
      becauseProductId: because,
      score: baskets,
      confidence: round(becauseBaskets / (popular.get(because) ?? becauseBaskets)),
      supportingProducts,
    }));
}

/** The explaining product is the one with the most baskets in common; of equals the first, for they come in order. */
function support(
  candidates: Map<string, Candidate>,
  productId: string,
  because: string,
  baskets: number,
): void {
  const candidate = candidates.get(productId);
  if (candidate === undefined) {
    candidates.set(productId, {
      productId,
      baskets,
      supportingProducts: 1,
      because,
      becauseBaskets: baskets,
    });
    return;
  }
  candidate.baskets += baskets;
  candidate.supportingProducts += 1;
  if (baskets > candidate.becauseBaskets) {
    candidate.because = because;
    candidate.becauseBaskets = baskets;
  }
}

const round = (share: number): number => Math.round(share * 10_000) / 10_000;
