import type { Client, ClientOptions } from "openapi-fetch";
import type { components, operations, paths } from "./generated/contract.js";

export type { components, operations, paths } from "./generated/contract.js";
export { CONTRACT_VERSION } from "./generated/version.js";

/** Asks for screens as JSON, by method and path, each with its own parameters, body and answer. */
export type WebClient = Client<paths, "application/json" | "application/problem+json">;

/**
 * A client of the web BFF, over `fetch`. It answers `{ data }` for a success and `{ error }`, a
 * problem, for anything else: of the type `about:blank` where something else than the BFF answered.
 * It throws what `fetch` throws.
 * @param options those of openapi-fetch: `baseUrl` where the page comes from another address,
 * `fetch` where there is none, or an own one should be used. JSON is asked for, unless `headers`
 * says otherwise.
 */
export declare function createWebClient(options?: ClientOptions): WebClient;

/** The JSON that an operation answers: `Answer<"homePage">`. */
export type Answer<Name extends keyof operations> =
  operations[Name]["responses"][200]["content"]["application/json"];

/** What a failed request answers (RFC 9457). */
export type Problem = components["schemas"]["Problem"];
