import type { ApolloServerPlugin } from "@apollo/server";
import type { GraphQLError } from "graphql";
import { ArgumentRefusal, checkRequest } from "../limits/check-request.ts";
import type { GraphqlContext } from "../request/graphql-context.ts";
import type { PartnerRequest } from "../request/partner-request.ts";

/**
 * What is ours in the work of GraphQL's server: the check before execution, and what the answer says besides its data.
 *
 * @param options.report called once a request that reached the server, when its answer is decided; `refused` where nothing was executed
 */
export function answerPlugin(options: {
  readonly report: (request: PartnerRequest, outcome: { readonly refused: boolean }) => void;
}): ApolloServerPlugin<GraphqlContext> {
  return {
    async requestDidStart() {
      let argumentRefused = false;
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          // A name that no operation has: execution says so.
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
          const { mediaType, degradation } = contextValue.request;
          http.headers.set("content-type", `${mediaType}; charset=utf-8`);
          http.headers.set("cache-control", "private, no-store");
          if (body.kind !== "single") return;
          const refused = body.singleResult.data === undefined;
          if (!refused) body.singleResult.extensions = { degraded: degradation.entries };
          // GraphQL over HTTP, section 6.4.1: in this media type the status says whether the request was well-formed, not whether its
          // document was valid. A value that no service accepts stays a 400, as in every other client's API.
          if (mediaType === "application/json" && http.status === 400 && !argumentRefused) http.status = 200;
          options.report(contextValue.request, { refused });
        },
      };
    },
  };
}

/** Neither GraphQL's own refusal nor a service's failure: those have a code by now. */
function isBug(error: GraphQLError): boolean {
  return error.extensions["code"] === undefined;
}
