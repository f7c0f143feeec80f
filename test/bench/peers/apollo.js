/**
 * The partner's registered query on the partner's own schema, by Apollo Server (standalone) and
 * datasource-rest, in the form of their documentation ("Fetching from REST"). The documentation
 * gives the sources the server's cache; here each request has its own, since no program of this
 * comparison keeps answers.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RESTDataSource } from "@apollo/datasource-rest";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import DataLoader from "dataloader";
import { announce, serviceOrigins } from "../contenders/by-hand/begin.ts";

const SCHEMA = join(import.meta.dirname, "../../../apps/partner-bff/contracts/schema.graphql");

/** Sends the user along. */
class ServiceAPI extends RESTDataSource {
  constructor(baseURL, userId) {
    super();
    Object.assign(this, { baseURL, userId });
  }

  willSendRequest(_path, request) {
    request.headers["x-user-id"] = this.userId;
  }
}

class UsersAPI extends ServiceAPI {
  me = () => this.get("/users/me");
}

class OrdersAPI extends ServiceAPI {
  list = (limit) => this.get("/orders", { params: { limit: String(limit) } });
}

class RecommendationsAPI extends ServiceAPI {
  list = (limit) => this.get("/recs/v2", { params: { limit: String(limit) } });
}

/**
 * As its README has it where an endpoint takes many ids ("Using the data source with DataLoader").
 */
class CatalogAPI extends ServiceAPI {
  #products = new DataLoader(async (ids) => {
    const { products } = await this.get(`/products?ids=${ids.join(",")}`);
    return ids.map((id) => products.find((product) => product.id === id) ?? null);
  });

  product = (id) => this.#products.load(id);
}

/** The project's form of a cursor, since the answers must be the same. */
const cursor = (skip, from) => Buffer.from(JSON.stringify([skip, from])).toString("base64url");

const resolvers = {
  Query: { viewer: (_, __, { userId }) => ({ id: userId }) },
  Viewer: {
    // datasource-rest makes one call of both.
    name: async (_, __, { users }) => (await users.me()).name.display,
    loyaltyTier: async (_, __, { users }) => (await users.me()).loyalty.tier.toUpperCase(),
    orders: async (_, { first }, { orders }) => {
      const { orders: nodes, nextCursor } = await orders.list(first);
      const edges = nodes.map((node, index) => ({
        node,
        cursor: index + 1 < nodes.length ? cursor(index + 1, null) : cursor(0, nextCursor),
      }));
      const endCursor = edges.at(-1)?.cursor ?? null;
      return { edges, pageInfo: { hasNextPage: nextCursor !== null, endCursor } };
    },
    recommendations: async (_, { first }, { recommendations }) => (await recommendations.list(first)).slots,
  },
  Order: { status: ({ status }) => status.toUpperCase() },
  OrderLine: { product: ({ productId }, _, { catalog }) => catalog.product(productId) },
  Recommendation: {
    because: ({ because }) => because.kind.toUpperCase(),
    product: ({ product }, _, { catalog }) => catalog.product(product.id),
  },
  Product: {
    imageUrl: ({ images }) => {
      const byWidth = images.toSorted((a, b) => a.width - b.width);
      return (byWidth.find(({ width }) => width >= 480) ?? byWidth.at(-1))?.url ?? "";
    },
    rating: ({ rating }) => rating.average,
    inStock: ({ stock }) => stock.status === "in_stock" || stock.status === "low",
  },
};

const origins = serviceOrigins(process.env);
const server = new ApolloServer({ typeDefs: readFileSync(SCHEMA, "utf8"), resolvers });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: "127.0.0.1" },
  context: async ({ req }) => {
    const userId = String(req.headers["x-user-id"]);
    return {
      userId,
      users: new UsersAPI(origins.users, userId),
      orders: new OrdersAPI(origins.orders, userId),
      recommendations: new RecommendationsAPI(origins.recommendations, userId),
      catalog: new CatalogAPI(origins.catalog, userId),
    };
  },
});
announce({ port: Number(new URL(url).port) });
