import { defineBff } from "@triptych/bff";
import { readContract } from "./documents/contract.ts";
import { GRAPHQL_SETTINGS, graphql } from "./endpoint/graphql.ts";
import { UPSTREAMS } from "./upstreams.ts";

/** The backend of partners' programs: what differs from every other BFF. */
export const bff = defineBff({
  name: "partner-bff",
  prefix: "/partner",
  port: 8103,
  upstreams: UPSTREAMS,
  settings: GRAPHQL_SETTINGS,
  answers: graphql(() => readContract(new URL("../contracts/", import.meta.url))),
});
