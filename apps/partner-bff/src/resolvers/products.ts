import type {
  ProductResolvers,
  QueryProductArgs,
  QueryResolvers,
  RecommendationResolvers,
} from "../generated/resolvers.ts";
import type { ProductParent, RecommendationParent } from "./parents.ts";
import { served } from "./served.ts";

/** Wide enough for a partner's product tile: a larger image is bytes for nothing, a smaller one is blurred. */
const TILE_WIDTH = 480;

export const product = served(
  (services, { id }: QueryProductArgs) => services.product(id),
  (found) => found,
) satisfies QueryResolvers["product"];

export const Recommendation: RecommendationResolvers = {
  product: served(
    (services, _args, { productId }: RecommendationParent) => services.product(productId),
    (found) => found,
  ),
};

export const Product: ProductResolvers = {
  imageUrl: ({ images }) => tileImage(images),
  rating: ({ rating }) => rating.average,
  // A status that the contract does not list yet promises nothing.
  inStock: ({ stock }) => stock.status === "in_stock" || stock.status === "low",
};

/** The smallest image that is wide enough, else the widest. */
function tileImage(images: ProductParent["images"]): string {
  const byWidth = images.toSorted((a, b) => a.width - b.width);
  return (byWidth.find(({ width }) => width >= TILE_WIDTH) ?? byWidth.at(-1))?.url ?? "";
}
