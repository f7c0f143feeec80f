import type { GraphQLFormattedError } from "graphql";

const INTERNAL = "INTERNAL_SERVER_ERROR";
/** GraphQL.js's suggestions tell names of the schema. The server hides those of validation alone, not those about variables' values. */
const SUGGESTION = / ?Did you mean [^?]*\?/g;

/**
 * Makes the function that every error passes on its way out: its message, place, code and upstream, and nothing else of it. A bug of
 * ours is `internal`, without a word about it.
 */
export function errorFormat({ hideSchema }: { readonly hideSchema: boolean }) {
  return function formatError(error: GraphQLFormattedError): GraphQLFormattedError {
    const { locations, path, extensions = {} } = error;
    const code = extensions["code"];
    const isBug = code === INTERNAL || code === undefined;
    const upstream = extensions["upstream"];
    return {
      message: isBug ? "Something went wrong on our side." : shown(error.message, hideSchema),
      ...(locations === undefined ? {} : { locations }),
      ...(path === undefined ? {} : { path }),
      extensions: { code: isBug ? "internal" : code, ...(upstream === undefined ? {} : { upstream }) },
    };
  };
}

function shown(message: string, hideSchema: boolean): string {
  return hideSchema ? message.replaceAll(SUGGESTION, "") : message;
}
