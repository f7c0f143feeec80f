import type { Authenticate } from "./authentication.ts";
import type { Ids } from "./ids.ts";
import type { Secrets } from "./secret.ts";
import type { StatusOutcomes } from "./statuses.ts";
import type { Strictness } from "./strictness.ts";

/**
 * How a service wants to be spoken to. The defaults are what a service of ours needs, except for
 * `identity`: a service gets nothing of the caller's unless it is declared.
 */
export type Dialect = Strictness & {
  /** How the service knows who calls it: `bearer`, `apiKey`, `basic`, `clientCredentials`, … */
  readonly authenticate?: Authenticate;
  /** What the settings hold that `setting(…)` names. A BFF hands them over. */
  readonly secrets?: Secrets;
  /**
   * What of the caller a request carries: `signed` is `Txn-Token` and `X-User-Id`, for services
   * that verify the gateway's token; `user-id` is `X-User-Id`, for services that believe it.
   * Default `none`: a third party must not get a token of ours.
   */
  readonly identity?: "signed" | "user-id" | "none";
  /**
   * The `User-Agent` of every request: products as in RFC 9110, section 10.1.5. Default `triptych`.
   * Some public services refuse calls without one.
   */
  readonly userAgent?: string;
  /**
   * What a path parameter may be: `plain` is `PATH_PARAMETER`; `opaque` is any text but the empty
   * one, `.` and `..`, percent-encoded. Default `plain`: a service of ours has no other ids.
   */
  readonly ids?: Ids;
  /**
   * PEM files, followed when they change: the only authorities that are trusted, and the client's
   * certificate with its key. Default: the system's authorities and no certificate.
   */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /**
   * Asks for gzip and inflates it, for a service that insists; never beyond `maxResponseBytes`.
   * Default: none is asked for, and an answer with any `Content-Encoding` is `invalid`.
   */
  readonly acceptEncoding?: "gzip";
  /** Speaks HTTP/2, for a service that speaks nothing else: with `http:` from the first byte. */
  readonly http2?: boolean;
  /**
   * What a status means where it means something else than usual: `{ 403: "not-found" }` for a
   * service that says 403 for "there is none".
   */
  readonly statuses?: StatusOutcomes;
};
