/** What the services' own OpenAPI contracts make of themselves as GraphQL, and the one thing that they do not say: what a slot's product is. */
import { join } from "node:path";
import { createPrefixTransform, defineConfig } from "@graphql-mesh/compose-cli";
import { loadOpenAPISubgraph } from "@omnigraph/openapi";

const CONTRACTS = join(import.meta.dirname, "../../../../packages/domain-clients/contracts");

function subgraph(name: string, prefix: string) {
  return {
    sourceHandler: loadOpenAPISubgraph(name, {
      source: join(CONTRACTS, `${name}.openapi.yaml`),
      // main.ts says where it is.
      endpoint: "http://127.0.0.1:1",
      operationHeaders: { accept: "application/json", "x-user-id": "{context.headers['x-user-id']}" },
    }),
    // Money of one contract is not that of another.
    transforms: [createPrefixTransform({ value: prefix, includeTypes: true, includeRootOperations: false })],
  };
}

export const composeConfig = defineConfig({
  subgraphs: [
    subgraph("users", "Users_"),
    subgraph("orders", "Orders_"),
    subgraph("recommendations", "Recs_"),
    subgraph("catalog", "Catalog_"),
  ],
  additionalTypeDefs: `
    extend type Recs_query_listRecommendations_slots_items_product {
      details: Catalog_Product @resolveTo(
        sourceName: "catalog", sourceTypeName: "Query", sourceFieldName: "listProducts",
        requiredSelectionSet: "{ id }", keyField: "id", keysArg: "ids", result: "products"
      )
    }
  `,
});
