import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { Logger } from "@triptych/service-kit";
import { LIMITS } from "../limits/limits.ts";
import { shapeRule } from "../limits/shape-rule.ts";
import type { GraphqlContext } from "../request/graphql-context.ts";
import { resolvers } from "../resolvers/index.ts";
import { answerPlugin } from "./answer-plugin.ts";
import { errorFormat } from "./format-error.ts";

export type GraphqlServerOptions = {
  /** The schema, in GraphQL's schema language. */
  readonly typeDefs: string;
  readonly introspection: boolean;
  /** Whether errors keep silent about names that the client did not write. */
  readonly hideSchema: boolean;
  readonly report: Parameters<typeof answerPlugin>[0]["report"];
  readonly logger: Logger;
};

/**
 * Apollo's server, with everything off that talks to somebody or serves pages. It is neither started nor stopped by signals: the
 * service kit drains.
 */
export function createGraphqlServer(options: GraphqlServerOptions): ApolloServer<GraphqlContext> {
  return new ApolloServer<GraphqlContext>({
    typeDefs: options.typeDefs,
    resolvers,
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: options.hideSchema,
    includeStacktraceInErrorResponses: false,
    formatError: errorFormat({ hideSchema: options.hideSchema }),
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    // The registry in front of this server has put the text in the hash's place.
    persistedQueries: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [shapeRule],
    stopOnTerminationSignals: false,
    logger: options.logger,
    plugins: [
      answerPlugin({ report: options.report }),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}
