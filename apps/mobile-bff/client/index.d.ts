import type { Client, ClientOptions } from "openapi-fetch";
import type { components, operations, paths } from "./generated/contract.js";
// sample:begin
import type { Released } from "./generated/released.js";
// sample:end

export type { components, operations, paths } from "./generated/contract.js";
// sample:begin
export type { Released } from "./generated/released.js";
// sample:end
export { CONTRACT_VERSION } from "./generated/version.js";

// sample:begin
/** What an app of a version was promised: its own contract if it is released, else the newest. */
export type ContractOf<Version extends string> = Version extends keyof Released
  ? Released[Version]
  : { paths: paths; operations: operations };
// sample:else
// /** What an app of a version was promised: the newest contract, as no version is released yet. */
// export type ContractOf<_Version extends string> = { paths: paths; operations: operations };
// sample:end

/** Asks for screens by method and path, each with its own parameters, body and answer. */
export type MobileClient<Version extends string = "newest"> = Client<
  ContractOf<Version>["paths"],
  "application/json" | "application/problem+json"
>;

export interface MobileClientOptions<Version extends string> extends ClientOptions {
  /**
   * The app's version, `2.4.0`: the release whose contract it was built against. It chooses the
   * types, and is sent as `X-App-Version`, by which the BFF chooses the shapes. Default:
   * `CONTRACT_VERSION`, so that a later BFF still answers in these types.
   */
  readonly appVersion?: Version;
}

/**
 * A client of the mobile BFF, over `fetch`. It answers `{ data }` for a success and `{ error }`, a
 * problem, for anything else (426 `upgrade-required`: the app is too old). It throws what `fetch`
 * throws.
 */
export declare function createMobileClient<const Version extends string = "newest">(
  options?: MobileClientOptions<Version>,
): MobileClient<Version>;

/**
 * The JSON that an operation answers: `Answer<"home">`, or to apps of a released version
 * `Answer<"home", "2.4.0">`.
 */
export type Answer<
  Name extends keyof ContractOf<Version>["operations"],
  Version extends string = "newest",
> = ContractOf<Version>["operations"][Name] extends {
  responses: { 200: { content: { "application/json": infer Json } } };
}
  ? Json
  : never;

/** What a failed request answers (RFC 9457). */
export type Problem = components["schemas"]["Problem"];
