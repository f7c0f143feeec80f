import { ProblemError } from "@triptych/service-kit";
import type { Parameters } from "../endpoint/parameters.ts";
import { hashOf } from "./contract.ts";
import type { DocumentRegistry, RegisteredDocument } from "./contract.ts";

/** The document that a request names, or the error with which it is refused. */
export type Choice =
  | { readonly ok: true; readonly text: string; readonly registered: RegisteredDocument | undefined }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly message: string };

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Finds the document that a request names: by its text, by its hash
 * (`extensions.persistedQuery`), or by both. Sending a document does not register it: the
 * registry is part of the published contract.
 *
 * @param options.registeredOnly whether any other document is refused, before it is parsed
 * @throws ProblemError `invalid-request` where there is neither text nor hash, or they do not
 * match
 */
export function chooseDocument(
  parameters: Parameters,
  options: {
    readonly registry: DocumentRegistry;
    readonly apiKeyId: string | undefined;
    readonly registeredOnly: boolean;
  },
): Choice {
  const { query: text } = parameters;
  const named = namedHash(parameters.extensions?.["persistedQuery"]);
  if (text === undefined || text === "") {
    if (named === undefined) throw invalid("A query, or extensions.persistedQuery, must be there");
    const registered = options.registry.find(named, options.apiKeyId);
    return registered === undefined ? NOT_FOUND : { ok: true, text: registered.text, registered };
  }
  const hash = hashOf(text);
  if (named !== undefined && named !== hash) {
    throw invalid("extensions.persistedQuery.sha256Hash is not the SHA-256 of the query");
  }
  const registered = options.registry.find(hash, options.apiKeyId);
  return registered === undefined && options.registeredOnly ? NOT_REGISTERED : { ok: true, text, registered };
}

/** The code and message of Apollo's persisted queries: clients look for them. */
const NOT_FOUND = {
  ok: false,
  status: 404,
  code: "PERSISTED_QUERY_NOT_FOUND",
  message: "PersistedQueryNotFound",
} as const satisfies Choice;

const NOT_REGISTERED = {
  ok: false,
  status: 403,
  code: "forbidden",
  message: "Only a registered document is answered here: name it by its hash in extensions.persistedQuery.",
} as const satisfies Choice;

function namedHash(persistedQuery: unknown): string | undefined {
  if (persistedQuery === undefined || persistedQuery === null) return undefined;
  if (typeof persistedQuery === "object" && "version" in persistedQuery && "sha256Hash" in persistedQuery) {
    const { version, sha256Hash } = persistedQuery;
    if (version === 1 && typeof sha256Hash === "string" && SHA256.test(sha256Hash)) return sha256Hash;
  }
  throw invalid('extensions.persistedQuery must be {"version": 1, "sha256Hash": 64 lower-case hex digits}');
}

function invalid(detail: string): ProblemError {
  return new ProblemError({ code: "invalid-request", detail });
}
