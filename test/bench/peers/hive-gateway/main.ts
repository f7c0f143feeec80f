/** Hive Gateway in front of the services' OpenAPI contracts, of which `mesh-compose` makes supergraph.graphql. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createGatewayRuntime } from "@graphql-hive/gateway";
import { announce, serviceOrigins } from "../../contenders/begin.ts";

const { users, orders, recommendations, catalog } = serviceOrigins(process.env);
const gateway = createGatewayRuntime({
  supergraph: readFileSync(join(import.meta.dirname, "supergraph.graphql"), "utf8"),
  transportEntries: {
    users: { location: users },
    orders: { location: orders },
    recommendations: { location: recommendations },
    catalog: { location: catalog },
  },
  logging: "warn",
  landingPage: false,
  graphiql: false,
});
const server = createServer(gateway);
server.listen(0, "127.0.0.1", () => announce(server.address()));
