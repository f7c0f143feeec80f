import { expressMiddleware } from "@as-integrations/express5";
import { createReplayGuard, createVerifier, identityGate } from "@triptych/identity";
import type { IdentityKey } from "@triptych/identity";
import {
  MAX_BODY_BYTES,
  inbound,
  notFoundHandler,
  problemHandler,
  record,
  screenReporter,
} from "@triptych/service-kit";
import type { Logger, Metrics, Tracing } from "@triptych/service-kit";
import { systemClock } from "@triptych/upstream-client";
import type { CallScope, Clock } from "@triptych/upstream-client";
import express from "express";
import type { Express } from "express";
import { callerOf } from "./caller.ts";
import type { Contract } from "./contract.ts";
import { createRegistry } from "./documents/registry.ts";
import { createGraphqlServer } from "./endpoint/graphql-server.ts";
import { acceptGraphql, readGraphqlRequest } from "./endpoint/read-request.ts";
import { explorer } from "./explorer/explorer.ts";
import { openRequests } from "./request/open-requests.ts";
import type { Clients } from "./upstreams.ts";

export type AppOptions = {
  /** The gateway's keys for this BFF; all of them verify. */
  readonly identityKeys: readonly IdentityKey[];
  readonly clients: (scope: CallScope) => Clients;
  readonly contract: Contract;
  /** What only development may have: an explorer page, and errors that suggest names of the schema. */
  readonly development: boolean;
  readonly introspection: boolean;
  /** Answer the registry's documents and no others. */
  readonly trustedDocumentsOnly: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Where sampled requests are traced; nowhere without it. */
  readonly tracing?: Tracing | undefined;
  /** For the requests' deadlines: the same as that of the clients. Default the machine's. */
  readonly clock?: Clock;
};

/** The partner BFF as an Express app: what stands in front of every request, GraphQL, and what stands behind. */
export async function createApp(options: AppOptions): Promise<Express> {
  const { logger, metrics, contract, clock = systemClock } = options;
  const gate = identityGate({
    verifier: createVerifier({ keys: options.identityKeys, audience: "partner-bff", clock: Date.now }),
    replayGuard: createReplayGuard({ clock: Date.now }),
    // The gateway signed the request's id: where a header says otherwise, the header is wrong.
    onVerified: (res, identity) => record(res).setRequestId(identity.requestId),
    onRefusal: (res, reason) => logger.warn({ requestId: record(res).requestId, reason }, "identity refused"),
  });

  const requests = openRequests({
    clients: options.clients,
    caller: (req, res) => callerOf(gate.identityOf(res), record(res), req),
    clock,
    random: Math.random,
  });
  const report = screenReporter({ logger });
  const graphql = createGraphqlServer({
    typeDefs: contract.schema,
    introspection: options.introspection,
    hideSchema: !options.development,
    logger,
    report: (request, { refused }) => {
      const res = request.response;
      const entry = record(res);
      if (refused) entry.problem = "invalid-request";
      const { upstreamCalls, attempts } = request.traffic;
      const screen = entry.screen ?? "graphql";
      report(res, { screen, upstreamCalls, attempts, ...request.degradation.report });
    },
  });
  await graphql.start();

  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  app.disable("etag");

  app.use(inbound({ name: "partner-bff", logger, metrics, tracing: options.tracing }));
  if (options.development) app.use(await explorer(contract));
  app.use(gate.check);
  app.all(
    "/partner/graphql",
    acceptGraphql,
    requests.open,
    express.json({ limit: MAX_BODY_BYTES }),
    readGraphqlRequest({
      registry: createRegistry(contract.operations),
      clientOf: (res) => gate.identityOf(res).apiKeyId,
      trustedDocumentsOnly: options.trustedDocumentsOnly,
      onRegistered: (res, { name }) => void (record(res).screen = name),
    }),
    expressMiddleware(graphql, { context: async ({ res }) => ({ request: requests.of(res) }) }),
  );
  app.use(notFoundHandler);
  app.use(problemHandler({ logger }));
  return app;
}
