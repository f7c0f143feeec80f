import type { PartnerRequest } from "./partner-request.ts";

/** What GraphQL's server hands to resolvers. It copies this object for each request, so the request stands in it, not for it. */
export type GraphqlContext = { readonly request: PartnerRequest };
