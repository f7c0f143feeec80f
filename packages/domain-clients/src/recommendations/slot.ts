import type { Answers } from "../generated/recommendations.ts";

/** A product to recommend, and why. Both versions of the service give as much. */
export type Slot = { readonly productId: string; readonly because: RecommendationReason };

export type RecommendationReason = Answers["listRecommendations"]["slots"][number]["because"]["kind"];

/** Version 2 ranks explicitly, so its order is the ranks'. */
export function slotsOfRanked(answer: Answers["listRecommendations"]): readonly Slot[] {
  return answer.slots
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ product, because }) => ({ productId: product.id, because: because.kind }));
}

/** Version 1 gives a list in the service's order; its scores are not comparable from one model to the next. */
export function slotsOfFlatList(answer: Answers["listRecommendationsV1"]): readonly Slot[] {
  return answer.items.map(({ productId, reason }) => ({ productId, because: reasonOfText(reason) }));
}

/** In the order in which they are tried: "bought together by similar users" is about what was bought. */
const WORDS: readonly (readonly [RegExp, RecommendationReason])[] = [
  [/\b(?:bought|buy|purchased)\b.*\b(?:together|with)\b|\btogether\b/, "bought_together"],
  [
    /\b(?:similar|like minded) (?:users?|people|customers?|shoppers?)\b|\b(?:users?|people|customers?|shoppers?) like you\b/,
    "similar_users",
  ],
  [/\bview(?:s|ed|ing)?\b|\b(?:browsed|browsing|looked|seen)\b/, "viewed"],
  [/\bpopular(?:ity)?\b|\btrend(?:s|ing)?\b|\bbest ?sell(?:er|ers|ing)\b/, "popular"],
];

/** What version 1's free text most likely means in version 2's words. */
export function reasonOfText(text: string | undefined): RecommendationReason {
  if (text === undefined) return "unknown";
  const words = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, " ");
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "unknown";
}
