import * as oauth from "oauth4webapi";
import { CredentialsError } from "./authentication.ts";
import type { Authentication, AuthenticationTools, Credentials } from "./authentication.ts";
import { settingsOf } from "./ready-made.ts";
import type { Secret } from "./secret.ts";

/** How a program of ours is known at an authorization server. */
export type OAuthClient = {
  /** The token endpoint's address. */
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /**
   * Where the secret is sent: in an `Authorization` header (RFC 6749, section 2.3.1), or in the
   * form. Default `basic`.
   */
  readonly clientAuthentication?: "basic" | "post";
  readonly scope?: string;
  /** Further members of the form, such as `audience` or `resource` (RFC 8707). */
  readonly parameters?: Readonly<Record<string, string>>;
};

/** A token exchange's subject is a JWT, unless the server knows a narrower name for it. */
const JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";
const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/**
 * Kept so long where the server does not say how long a token is good, ms. It should say (RFC 6749,
 * section 5.1); a 401 renews the token anyway.
 */
const UNSAID_LIFETIME_MS = 60_000;

/** A token of the service's own for all calls (RFC 6749, section 4.4). */
export function clientCredentials(client: OAuthClient): Authentication {
  return {
    per: "service",
    settings: settingsOf([client.clientSecret]),
    make: ({ signal }, tools) => tokenOf(client, tools, signal, "client_credentials", {}),
  };
}

/**
 * The user's token for one of the service's own (RFC 8693): the subject is the gateway's
 * `Txn-Token`. Each caller has a token of their own.
 */
export function tokenExchange(client: OAuthClient & { readonly subjectTokenType?: string }): Authentication {
  const { subjectTokenType = JWT_TYPE, clientSecret } = client;
  return {
    per: "caller",
    settings: settingsOf([clientSecret]),
    make({ caller, signal }, tools) {
      if (caller.txnToken === undefined)
        throw new CredentialsError("the caller has no token that could be exchanged", "rejected");
      const subject = { subject_token: caller.txnToken, subject_token_type: subjectTokenType };
      return tokenOf(client, tools, signal, TOKEN_EXCHANGE, subject);
    },
  };
}

async function tokenOf(
  client: OAuthClient,
  { read, fetch }: AuthenticationTools,
  signal: AbortSignal,
  grant: string,
  subject: Readonly<Record<string, string>>,
): Promise<Credentials> {
  const { tokenEndpoint, clientId, clientAuthentication = "basic", scope, parameters } = client;
  const server = { issuer: new URL(tokenEndpoint).origin, token_endpoint: tokenEndpoint };
  const secret = read(client.clientSecret);
  const authentication =
    clientAuthentication === "basic" ? clientSecretBasic(secret) : oauth.ClientSecretPost(secret);
  const form = { ...(scope === undefined ? {} : { scope }), ...parameters, ...subject };
  // Whether the address may be http: is decided where it is set.
  const options = { [oauth.customFetch]: fetch, [oauth.allowInsecureRequests]: true, signal };
  const who = { client_id: clientId };
  try {
    const response = await oauth.genericTokenEndpointRequest(
      server,
      who,
      authentication,
      grant,
      form,
      options,
    );
    const { access_token: token, expires_in: seconds } = await oauth.processGenericTokenEndpointResponse(
      server,
      who,
      response,
      // RFC 8693, section 2.2.1, has one type of its own. Every other type but bearer is refused:
      // the library knows `dpop`, but the header would lack the proof.
      { recognizedTokenTypes: { n_a: () => undefined, dpop: refuseDpop } },
    );
    const expiresInMs = seconds === undefined ? UNSAID_LIFETIME_MS : seconds * 1_000;
    return { headers: { authorization: `Bearer ${token}` }, expiresInMs };
  } catch (error) {
    throw refused(error, grant);
  }
}

/**
 * RFC 6749, section 2.3.1. The library's also encodes `-`, `_`, `.` and `~`; a server that does not
 * decode them would know no such client.
 */
function clientSecretBasic(secret: string): oauth.ClientAuth {
  return (_server, { client_id: id }, _form, headers) => {
    const credentials = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  };
}

function refuseDpop(): never {
  throw new oauth.UnsupportedOperationError("a token that only its holder's key can use");
}

/** Words of RFC 6749, section 5.2, and of others: no secret and no text of the server's. */
const ERROR_CODE = /^[a-z_]{1,40}$/;

/** The library's errors hold the answer, and the answer may hold the token. */
function refused(error: unknown, grant: string): CredentialsError {
  if (!(error instanceof oauth.ResponseBodyError)) {
    const isLate = error instanceof Error && error.name === "AbortError";
    return new CredentialsError(`no token from the token endpoint (${isLate ? "too late" : nameOf(error)})`);
  }
  const { status } = error;
  const code = ERROR_CODE.test(error.error) ? error.error : "no code";
  // Only an exchange is about the caller: otherwise it is us that the server does not know.
  const isAboutCaller = grant === TOKEN_EXCHANGE && ["invalid_grant", "invalid_request"].includes(code);
  return new CredentialsError(
    `the token endpoint answered ${status} (${code})`,
    isAboutCaller ? "rejected" : "unavailable",
  );
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
