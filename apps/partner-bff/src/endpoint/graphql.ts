import { expressMiddleware } from "@as-integrations/express5";
import type { AnswerTools, Answers, SettingValues } from "@triptych/bff";
import { MAX_BODY_BYTES, record } from "@triptych/service-kit";
import { Router, json } from "express";
import type { RequestHandler } from "express";
import type { Contract } from "../contract.ts";
import { createRegistry } from "../documents/registry.ts";
import { openRequests } from "../request/open-requests.ts";
import type { SETTINGS } from "../settings.ts";
import type { Clients } from "../upstreams.ts";
import { createGraphqlServer } from "./graphql-server.ts";
import { acceptGraphql, readGraphqlRequest } from "./read-request.ts";

type AllSettings = SettingValues<typeof SETTINGS>;

/**
 * Answers `/graphql` below the BFF's prefix.
 *
 * @param readContract reads the published schema and the registered documents, at start-up
 */
export function graphql(readContract: () => Promise<Contract>): Answers<Clients, AllSettings> {
  return {
    open: async (tools) => endpoint(await readContract(), tools),
    developmentPages: async () => {
      const { explorer } = await import("../explorer/explorer.ts");
      return explorer(await readContract());
    },
  };
}

async function endpoint(
  contract: Contract,
  tools: AnswerTools<Clients, AllSettings>,
): Promise<RequestHandler> {
  const { settings, logger } = tools;
  const requests = openRequests(tools);
  const server = createGraphqlServer({
    typeDefs: contract.schema,
    introspection: settings.GRAPHQL_INTROSPECTION === "true",
    hideSchema: settings.NODE_ENV !== "development",
    logger,
    report: (request, { refused }) => {
      const res = request.response;
      const entry = record(res);
      if (refused) entry.problem = "invalid-request";
      const { upstreamCalls, attempts } = request.traffic;
      const screen = entry.screen ?? "graphql";
      tools.report(res, { screen, upstreamCalls, attempts, ...request.degradation.report });
    },
  });
  await server.start();

  const router = Router({ caseSensitive: true, strict: true });
  router.all(
    "/graphql",
    acceptGraphql,
    requests.open,
    json({ limit: MAX_BODY_BYTES }),
    readGraphqlRequest({
      registry: createRegistry(contract.operations),
      clientOf: tools.apiKeyIdOf,
      trustedDocumentsOnly: settings.TRUSTED_DOCUMENTS_ONLY === "true",
      onRegistered: (res, { name }) => tools.onMatch(res, name),
    }),
    expressMiddleware(server, { context: async ({ res }) => ({ request: requests.of(res) }) }),
  );
  return router;
}
