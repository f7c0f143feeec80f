import type { ServerResponse } from "node:http";
import { expressMiddleware } from "@as-integrations/express5";
import type { AnswerTools, Answers, SettingValues } from "@triptych/bff";
import { beginRequest, JSON_TYPES } from "@triptych/screen";
import { MAX_BODY_BYTES, choice, record } from "@triptych/service-kit";
import type { ScreenReport, Setting } from "@triptych/service-kit";
import { Router, json } from "express";
import type { RequestHandler } from "express";
import { createRegistry } from "../documents/contract.ts";
import type { Contract } from "../documents/contract.ts";
import { PartnerRequest } from "../schema/partner-request.ts";
import type { Clients } from "../upstreams.ts";
import { createGraphqlServer } from "./graphql-server.ts";
import type { AnswerKind } from "./graphql-server.ts";
import { acceptGraphql, mediaTypeOf, readGraphqlRequest } from "./read-request.ts";

/** The time that one request has from its arrival, for all the calls that it causes, ms. */
const DEADLINE_MS = 800;

/** What this BFF reads from its environment beyond what every BFF does. */
export const GRAPHQL_SETTINGS = {
  GRAPHQL_INTROSPECTION: trueUnlessProduction(),
  TRUSTED_DOCUMENTS_ONLY: choice(["true", "false"], {
    default: "false",
    about: "whether only registered documents are answered",
  }),
};

/** `true` or `false`; the default depends on `NODE_ENV`, which is read before. */
function trueUnlessProduction(): Setting<"true" | "false"> {
  const about = "whether introspection queries are answered";
  return {
    about: `${about}: true, false; default true, in production false`,
    read: (name, text, earlier) =>
      choice(["true", "false"], {
        default: earlier.get("NODE_ENV") === "production" ? "false" : "true",
        about,
      }).read(name, text, earlier),
  };
}

type AllSettings = SettingValues<typeof GRAPHQL_SETTINGS>;

/**
 * Answers `/graphql` below the BFF's prefix.
 *
 * @param readContract reads the published schema and the registered documents, at start-up
 */
export function graphql(readContract: () => Promise<Contract>): Answers<Clients, AllSettings> {
  return {
    open: async (tools) => endpoint(await readContract(), tools),
    developmentPages: async (prefix, identityOf) => {
      const { graphiql } = await import("./graphiql.ts");
      return graphiql(await readContract(), prefix, identityOf);
    },
  };
}

async function endpoint(
  contract: Contract,
  tools: AnswerTools<Clients, AllSettings>,
): Promise<RequestHandler> {
  const { settings, logger } = tools;
  const server = createGraphqlServer({
    typeDefs: contract.schema,
    introspection: settings.GRAPHQL_INTROSPECTION === "true",
    hideSchema: settings.NODE_ENV !== "development",
    logger,
    report: ({ request, response }, answer) => {
      const { upstreamCalls, attempts, traced } = request.traffic;
      const { sections, failures } = request.degradation.report;
      // A document that is not registered is its client's: its name must not become a label.
      const screen = record(response).screen ?? "other";
      const outcome = response.destroyed ? undefined : outcomeOf(answer, sections.length > 0);
      const problem = answer === "refused" ? ("invalid-request" as const) : undefined;
      const told = { screen, outcome, problem, upstreamCalls, attempts, traced, sections, failures };
      tools.report(response, told);
    },
  });
  await server.start();

  const router = Router({ caseSensitive: true, strict: true });
  router.all(
    "/graphql",
    acceptGraphql,
    openRequest(tools),
    json({ limit: MAX_BODY_BYTES, type: JSON_TYPES }),
    readGraphqlRequest({
      registry: createRegistry(contract.operations),
      apiKeyIdOf: tools.apiKeyIdOf,
      trustedDocumentsOnly: settings.TRUSTED_DOCUMENTS_ONLY === "true",
      onRegistered: (res, { name }) => tools.onMatch(res, name),
    }),
    expressMiddleware(server, {
      context: async ({ req, res }) => ({
        request: requestOf(res),
        response: res,
        mediaType: mediaTypeOf(req),
      }),
    }),
  );
  return router;
}

function outcomeOf(answer: AnswerKind, lacksSome: boolean): ScreenReport["outcome"] {
  if (answer === "refused") return undefined;
  if (!lacksSome) return "complete";
  return answer === "empty" ? "failed" : "degraded";
}

/** Kept as a property of the response, as service-kit keeps a request's record. */
const REQUEST = Symbol("the request that this response answers");

declare module "node:http" {
  interface ServerResponse {
    [REQUEST]?: PartnerRequest;
  }
}

/** Starts the deadline. When the client disconnects, the calls made for it are cancelled. */
function openRequest(tools: AnswerTools<Clients, AllSettings>): RequestHandler {
  return (req, res, next) => {
    const { context } = beginRequest(req, res, { deadlineMs: DEADLINE_MS }, tools);
    res[REQUEST] = new PartnerRequest(context, tools.clients, tools);
    next();
  };
}

function requestOf(res: ServerResponse): PartnerRequest {
  const request = res[REQUEST];
  if (request === undefined) throw new Error("openRequest() must be mounted in front of this handler");
  return request;
}
