import { ApolloServer } from "@apollo/server";
import type { ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { Logger } from "@triptych/service-kit";
import type { Response } from "express";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { isUnrepresentable } from "../schema/partner-request.ts";
import type { GraphqlContext } from "../schema/partner-request.ts";
import { resolvers } from "../schema/resolvers.ts";
import { ArgumentRefusal, LIMITS, checkRequest, shapeRule } from "./limits.ts";
import type { MediaType } from "./read-request.ts";

/** The resolvers' context, and what the answer needs besides. */
export interface AnswerContext extends GraphqlContext {
  readonly response: Response;
  readonly mediaType: MediaType;
}

/** `refused`: nothing was executed. `empty`: every field of the operation is null. */
export type AnswerKind = "refused" | "empty" | "filled";

/** Called once for each request that reached the server, when its answer is decided. */
export type Report = (context: AnswerContext, kind: AnswerKind) => void;

/** What the server needs to know of this BFF. */
export interface GraphqlServerOptions {
  /** The schema, in GraphQL's schema language. */
  readonly typeDefs: string;
  readonly introspection: boolean;
  /** Whether errors leave out names of the schema that the client did not write. */
  readonly hideSchema: boolean;
  readonly report: Report;
  readonly logger: Logger;
}

/**
 * Apollo Server without its reporting, its pages and its signal handlers: service-kit drains the
 * process.
 */
export function createGraphqlServer(options: GraphqlServerOptions): ApolloServer<AnswerContext> {
  return new ApolloServer<AnswerContext>({
    typeDefs: options.typeDefs,
    resolvers,
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    formatError: (error, thrown) => formatError(refused(error, thrown), options.hideSchema),
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    // `readGraphqlRequest` has already replaced a hash by its text.
    persistedQueries: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [shapeRule],
    stopOnTerminationSignals: false,
    logger: options.logger,
    plugins: [
      answerPlugin(options.report),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}

/** Checks a request before it is executed, and completes its answer. */
function answerPlugin(report: Report): ApolloServerPlugin<AnswerContext> {
  return {
    async requestDidStart() {
      let argumentRefused = false;
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          // Where no operation has the given name, execution reports it.
          if (operation === undefined) return;
          try {
            checkRequest({ schema, document, operation, variables: request.variables ?? {} });
          } catch (error) {
            argumentRefused = error instanceof ArgumentRefusal;
            throw error;
          }
        },

        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) if (isBug(error)) contextValue.request.broke(error);
        },

        async willSendResponse({ response: { body, http }, contextValue }) {
          const { mediaType, request } = contextValue;
          http.headers.set("content-type", `${mediaType}; charset=utf-8`);
          http.headers.set("cache-control", "private, no-store");
          if (body.kind !== "single") return;
          const { data } = body.singleResult;
          if (data !== undefined) body.singleResult.extensions = { degraded: request.degradation.entries };
          // GraphQL over HTTP, section 6.4.1: for application/json the status says whether the
          // request was well-formed, not whether its document was valid. A refused argument stays
          // a 400, as in the other BFFs.
          if (mediaType === "application/json" && http.status === 400 && !argumentRefused) http.status = 200;
          report(contextValue, kindOf(data));
        },
      };
    },
  };
}

function kindOf(data: Readonly<Record<string, unknown>> | null | undefined): AnswerKind {
  if (data === undefined) return "refused";
  return Object.values(data ?? {}).every((field) => field === null) ? "empty" : "filled";
}

/** Neither a refusal of GraphQL's nor a failure of a service: those have a code by now. */
function isBug(error: GraphQLError): boolean {
  return error.extensions["code"] === undefined;
}

/** GraphQL.js quotes the value that a type refused, which is a user's. */
function refused(error: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  // Only a field of an answer has a path: without one, it is the client's variable that was
  // refused.
  if (error.path === undefined || !isUnrepresentable(thrown)) return error;
  const message = "A service gave a value that the type of this field cannot represent.";
  return { ...error, message, extensions: { code: "upstream-invalid" } };
}

const INTERNAL = "INTERNAL_SERVER_ERROR";

/**
 * GraphQL.js ends some messages with a suggestion, which holds names of the schema. It is looked
 * for from the end: a client's text before it may hold the same words thousands of times, and
 * Apollo Server's own option and any regular expression then take quadratic time.
 */
function withoutSuggestion(message: string): string {
  const start = message.endsWith("?") ? message.lastIndexOf(" Did you mean ") : -1;
  return start === -1 ? message : message.slice(0, start);
}

/**
 * Every error that is sent passes here. It keeps its message, place, code and upstream only. A
 * bug of ours becomes `internal`, without its message.
 */
function formatError(error: GraphQLFormattedError, hideSchema: boolean): GraphQLFormattedError {
  const { locations, path, extensions = {} } = error;
  const { ["code"]: code, ["upstream"]: upstream } = extensions;
  const isBug = code === INTERNAL || code === undefined;
  const message = hideSchema ? withoutSuggestion(error.message) : error.message;
  return {
    message: isBug ? "Something went wrong on our side." : message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code: isBug ? "internal" : code, ...(upstream === undefined ? {} : { upstream }) },
  };
}
