import { expectedAnswer } from "./generated/answers.js";

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
      // An error of GraphQL's has another status than 200, and is its answer all the same.
      if (!GRAPHQL.has(mediaType) || !(response.ok || (await isGraphql(response))))
        return { error: await (await expectedAnswer(response)).json(), response };
      const { data = null, errors = [], extensions: { degraded = [] } = {} } = await response.json();
      return { data, errors, degraded, response };
    },
  };
}

/** A proxy's error may be JSON too. */
async function isGraphql(response) {
  const body = await response
    .clone()
    .json()
    .catch(() => undefined);
  return Array.isArray(body?.errors) || body?.data !== undefined;
}
