/** Resolvers of what the partner's registered query asks, of the partner's own schema. */
import type { Product } from "@triptych/domain-clients/catalog";
import type { Order } from "@triptych/domain-clients/orders";
import type { CatalogAPI, OrdersAPI, RecommendationsAPI, UsersAPI } from "./services.ts";

export type Context = {
  readonly userId: string;
  readonly users: UsersAPI;
  readonly orders: OrdersAPI;
  readonly recommendations: RecommendationsAPI;
  readonly catalog: CatalogAPI;
};

type First = { readonly first: number };

export const resolvers = {
  Query: { viewer: (_: unknown, __: unknown, { userId }: Context) => ({ id: userId }) },
  Viewer: {
    // datasource-rest makes one call of both.
    name: async (_: unknown, __: unknown, { users }: Context) => (await users.me()).name.display,
    loyaltyTier: async (_: unknown, __: unknown, { users }: Context) =>
      (await users.me()).loyalty.tier.toUpperCase(),
    orders: async (_: unknown, { first }: First, { orders }: Context) => {
      const page = await orders.list(first);
      const next = page.nextCursor;
      const edges = page.orders.map((node, index) => ({
        node,
        cursor: index + 1 < page.orders.length ? cursor(index + 1, null) : cursor(0, next),
      }));
      return { edges, pageInfo: { hasNextPage: next !== null, endCursor: edges.at(-1)?.cursor ?? null } };
    },
    recommendations: async (_: unknown, { first }: First, { recommendations }: Context) =>
      (await recommendations.list(first)).slots,
  },
  Order: { status: ({ status }: Order) => status.toUpperCase() },
  OrderLine: {
    product: ({ productId }: Order["lines"][number], _: unknown, { catalog }: Context) =>
      catalog.product(productId),
  },
  Recommendation: {
    because: ({ because }: { because: { kind: string } }) => because.kind.toUpperCase(),
    product: ({ product }: { product: { id: string } }, _: unknown, { catalog }: Context) =>
      catalog.product(product.id),
  },
  Product: {
    imageUrl: ({ images }: Product) => {
      const byWidth = images.toSorted((a, b) => a.width - b.width);
      return (byWidth.find(({ width }) => width >= 480) ?? byWidth.at(-1))?.url ?? "";
    },
    rating: ({ rating }: Product) => rating.average,
    inStock: ({ stock }: Product) => stock.status === "in_stock" || stock.status === "low",
  },
};

/** The project's form of a cursor: the answers must be the same. */
function cursor(skip: number, from: string | null): string {
  return Buffer.from(JSON.stringify([skip, from])).toString("base64url");
}
