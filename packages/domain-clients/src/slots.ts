import type { Answers } from "./generated/recommendations.ts";

/** A recommended product, and why it is recommended. Both versions of the service say this much. */
export type Slot = { readonly productId: string; readonly because: RecommendationReason };

/** Why a product is recommended; `unknown` for a reason that the contract does not list. */
export type RecommendationReason = Answers["listRecommendations"]["slots"][number]["because"]["kind"];

/** Version 2 has explicit ranks, which decide the order. */
export function slotsOfV2(answer: Answers["listRecommendations"]): readonly Slot[] {
  return answer.slots
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ product, because }) => ({ productId: product.id, because: because.kind }));
}

/** Version 1 is in the service's order. Its scores differ between models, so they are ignored. */
export function slotsOfV1(answer: Answers["listRecommendationsV1"]): readonly Slot[] {
  return answer.items.map(({ productId, reason }) => ({ productId, because: reasonOfText(reason) }));
}

/** Tried in this order: "bought together by similar users" is about what was bought. */
const WORDS: readonly (readonly [RegExp, RecommendationReason])[] = [
  [/\btogether\b/, "bought_together"],
  [
    /\b(?:similar|like minded) (?:users?|people|customers?|shoppers?)\b|\b(?:users?|people|customers?|shoppers?) like you\b/,
    "similar_users",
  ],
  [/\bview(?:s|ed|ing)?\b|\b(?:browsed|browsing|looked|seen)\b/, "viewed"],
  [/\bpopular(?:ity)?\b|\btrend(?:s|ing)?\b|\bbest ?sell(?:er|ers|ing)\b/, "popular"],
];

/** The reason that version 1's free text most likely means. */
export function reasonOfText(text: string | undefined): RecommendationReason {
  if (text === undefined) return "unknown";
  const words = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, " ");
  const bought = words.search(/\b(?:bought|buy|purchased)\b/);
  if (bought !== -1 && /\bwith\b/.test(words.slice(bought))) return "bought_together";
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "unknown";
}
