/**
 * Apollo Server, standalone, with datasource-rest: the form of its documentation, "Fetching from REST". It gives the sources the
 * server's cache; here each request has its own, since nothing is cached in any program of this comparison.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { announce, serviceOrigins } from "../../contenders/begin.ts";
import { resolvers } from "./resolvers.ts";
import type { Context } from "./resolvers.ts";
import { CatalogAPI, OrdersAPI, RecommendationsAPI, UsersAPI } from "./services.ts";

const SCHEMA = join(import.meta.dirname, "../../../../apps/partner-bff/contracts/schema.graphql");

const origins = serviceOrigins(process.env);
const server = new ApolloServer<Context>({ typeDefs: readFileSync(SCHEMA, "utf8"), resolvers });
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
