import createClient, { mergeHeaders } from "openapi-fetch";

// Documented in index.d.ts, which is what projects read.
export function createWebClient(options = {}) {
  return createClient({ ...options, headers: mergeHeaders({ Accept: "application/json" }, options.headers) });
}
