import type { Caller } from "../context.ts";
import type { Secret, SecretSetting } from "./secret.ts";

/** What credentials are made for. */
export type AuthenticatedCall = {
  readonly upstream: string;
  /** The contract's `operationId`. */
  readonly operation: string;
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly caller: Caller;
  /** Whether the service has just refused the last credentials with a 401. */
  readonly renewal: boolean;
  /** Aborted when making them takes too long: after 5 s. */
  readonly signal: AbortSignal;
};

/** Headers by name. */
export type CredentialHeaders = Readonly<Record<string, string>>;

/** Headers that later calls may use too. */
export type Credentials = {
  readonly headers: CredentialHeaders;
  /** From now, ms. They are made again shortly before. */
  readonly expiresInMs: number;
};

/** Headers for one call, or for those of the next minutes too. */
export type MadeCredentials = CredentialHeaders | Credentials;

/** A request to whoever issues credentials. */
export type TokenRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What a maker may use. */
export type AuthenticationTools = {
  /** A secret as it is now; a file is read at once when the call is a renewal. */
  readonly read: (secret: Secret) => string;
  /** Takes no redirect, no answer of more than 64 KiB, and the upstream's `tls`. */
  readonly fetch: (address: string, init: TokenRequest) => Promise<Response>;
};

/**
 * Makes the headers by which the upstream knows who calls. What it throws is not shown, because it
 * may hold a secret; throw a `CredentialsError` to say why.
 */
export type MakeCredentials = (
  call: AuthenticatedCall,
  tools: AuthenticationTools,
) => MadeCredentials | Promise<MadeCredentials>;

/** Credentials, and whose they are. */
export type Authentication = {
  /** Who uses credentials that are kept: all calls, or only those of the same caller. */
  readonly per: "service" | "caller";
  readonly make: MakeCredentials;
  /** The settings that its secrets come from. */
  readonly settings?: readonly SecretSetting[];
};

/** How an upstream knows who calls it: ready-made, or a function of the call and its caller. */
export type Authenticate = Authentication | MakeCredentials;

/**
 * No credentials could be made. `message` is for the log, so it must hold no secret. The call fails
 * with `kind`.
 */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
  readonly code = "CREDENTIALS_FAILED";
  readonly kind: "unavailable" | "rejected" | "timeout";

  constructor(message: string, kind: CredentialsError["kind"] = "unavailable") {
    super(message);
    this.kind = kind;
  }
}
