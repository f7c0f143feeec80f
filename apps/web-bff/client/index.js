import createClient, { mergeHeaders } from "openapi-fetch";
import { expectedAnswers } from "./generated/answers.js";

export { CONTRACT_VERSION } from "./generated/version.js";

// Documented in index.d.ts, which is what projects read.
export function createWebClient(options = {}) {
  const headers = mergeHeaders({ Accept: "application/json" }, options.headers);
  const client = createClient({ ...options, headers });
  client.use(expectedAnswers);
  return client;
}
