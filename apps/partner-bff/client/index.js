export * from "./generated/operations.js";

const GRAPHQL = new Set(["application/json", "application/graphql-response+json"]);

/** See index.d.ts, which is what editors show. */
export function createPartnerClient(options = {}) {
  const { baseUrl = "", headers, fetch = globalThis.fetch } = options;
  return {
    async ask(document, variables = {}) {
      const sent = new Headers(headers);
      sent.set("Accept", "application/json");
      sent.set("Content-Type", "application/json");
      const extensions = { persistedQuery: { version: 1, sha256Hash: document.hash } };
      const response = await fetch(
        new Request(`${baseUrl}/partner/graphql`, {
          method: "POST",
          headers: sent,
          body: JSON.stringify({ operationName: document.name, variables, extensions }),
        }),
      );
      const mediaType = (response.headers.get("Content-Type") ?? "").split(";")[0].trim();
      if (mediaType === "application/problem+json") return { error: await response.json(), response };
      if (!GRAPHQL.has(mediaType)) {
        throw new TypeError(
          `${document.name}: expected JSON, got ${response.status} ${mediaType || "without a media type"}`,
        );
      }
      const { data = null, errors = [], extensions: { degraded = [] } = {} } = await response.json();
      return { data, errors, degraded, response };
    },
  };
}
