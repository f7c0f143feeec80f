export * from "./generated/operations.js";

/**
 * A document that partners registered with the BFF, which knows it by its SHA-256; the types are
 * those of its variables and answer.
 */
export interface RegisteredDocument<Data, Variables> {
  readonly name: string;
  readonly hash: string;
  /** There at no time: it holds the types. */
  readonly types?: (variables: Variables) => Data;
}

/** An error of an answer: what is null because of it, by its path. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

/** A part that a service failed to fill, or that holds older data. */
export interface Degraded {
  /** The field's path, without the lists' indices: `viewer.orders`. */
  readonly section: string;
  readonly reason: "timeout" | "unavailable" | "invalid" | "rejected" | "overloaded";
  readonly ageSeconds?: number;
}

/** Why a request was not answered at all (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
}

/**
 * What came: GraphQL's answer, whose `data` is null where the document could not be executed, or
 * a problem.
 */
export type PartnerAnswer<Data> =
  | {
      readonly data: Data | null;
      readonly errors: readonly GraphqlError[];
      readonly degraded: readonly Degraded[];
      readonly error?: undefined;
      readonly response: Response;
    }
  | {
      readonly data?: undefined;
      readonly errors?: undefined;
      readonly degraded?: undefined;
      readonly error: Problem;
      readonly response: Response;
    };

export interface PartnerClientOptions {
  /**
   * Where the gateway is: `https://partners.example`, without a slash at its end. Default: the
   * page's own address.
   */
  readonly baseUrl?: string;
  /** Sent with each request: `{ "X-API-Key": "…" }`. */
  readonly headers?: HeadersInit;
  /** Default: the global one. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Nothing need be said where a document has no variables, or all have defaults. */
type Arguments<Variables> = {} extends Variables ? [variables?: Variables] : [variables: Variables];

/** Asks for registered documents by their hashes. */
export interface PartnerClient {
  /**
   * Anything but GraphQL's answer is a problem: one of the gateway's or the BFF's, or of the type
   * `about:blank` where something else answered, such as a proxy's page. It throws what `fetch`
   * throws.
   */
  ask<Data, Variables>(
    document: RegisteredDocument<Data, Variables>,
    ...variables: Arguments<Variables>
  ): Promise<PartnerAnswer<Data>>;
}

/** A client of the partner BFF, over `fetch`. */
export declare function createPartnerClient(options?: PartnerClientOptions): PartnerClient;
