export { RecommendationsService, recommendationsService } from "./recommendations/service.ts";
export type { Recommendations } from "./recommendations/service.ts";
export type { RecommendationReason, Slot } from "./recommendations/slot.ts";
