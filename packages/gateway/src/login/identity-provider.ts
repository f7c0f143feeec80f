import { hash } from "node:crypto";
import { secondsOf } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  ResponseBodyError,
  tokenRevocation,
} from "openid-client";
import type {
  ClientAuth,
  Configuration,
  TokenEndpointResponse,
  TokenEndpointResponseHelpers,
} from "openid-client";
import { discoveryOf } from "../issuers/discovery.ts";
import type { IssuerProfile } from "../issuers/profile.ts";
import { userOf } from "../issuers/user.ts";
import type { Grant, Session, TokenUser } from "../credentials/logged-in.ts";

/** A login in progress. The browser carries it in an encrypted cookie. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What the identity provider says of somebody who logged in. */
export type Login = Pick<Session, "user" | "loginId" | "grant">;

/** What the login needs of the identity provider: OpenID Connect, authorization code with PKCE. */
export interface IdentityProvider {
  /**
   * Starts a login: returns where to send the browser.
   * @throws Error when the provider cannot be reached
   */
  begin(): Promise<{ readonly url: URL; readonly pending: PendingLogin }>;
  /**
   * Completes a login with the provider's redirect.
   *
   * @throws Error when the answer does not belong to this login, or its tokens do not verify
   */
  finish(callback: URL, pending: PendingLogin): Promise<Login>;
  /**
   * Renews a login with a refresh token, which is used up.
   *
   * @returns `ended` when the provider has ended the login, or says that it is another user's
   * @throws Error when the provider does not say either
   */
  renew(user: TokenUser, grant: Grant): Promise<Login | "ended">;
  /**
   * Where a browser can log out at the provider too (OpenID Connect RP-Initiated Logout 1.0);
   * undefined where the provider has no such page.
   * @throws Error when the provider cannot be reached
   */
  logoutAddress(): Promise<URL | undefined>;
  /** Tells the provider that a refresh token is not needed any more, if it wants to know. */
  forget(grant: Grant): Promise<void>;
}

/** This gateway's registration with the identity provider. */
export interface IdentityProviderOptions {
  readonly profile: IssuerProfile;
  /** The prefixes of the other issuers' users. */
  readonly others: readonly string[];
  readonly clientId: string;
  /** undefined for a public client, which only PKCE protects. */
  readonly clientSecret: string | undefined;
  /** The address that browsers see, and to which the provider leads back. */
  readonly publicOrigin: string;
  readonly clock: WallClock;
}

/** The `state` with which the provider leads back: what the page after a logout need not offer. */
export const LOGGED_OUT_THERE = "everywhere";

const TIMEOUT_S = 5;
/** Where the provider does not say how long its tokens live (RFC 6749, section 5.1). */
const USUAL_LIFE_S = 3_600;
/** A renewal begins so long before the tokens end, and not sooner than so long after they came. */
const EARLY_S = 30;

/**
 * The name of a login at the identity provider, from its `sid` (OpenID Connect Back-Channel Logout
 * 1.0, section 2.1). It is a digest, so it can be kept with other ids.
 */
export function loginIdOf(issuer: string, sid: string): string {
  return hash("sha256", `${issuer}\n${sid}`, "base64url");
}

/**
 * Creates the client of the identity provider. It fetches the provider's metadata at the first
 * login, and again until that succeeds.
 */
export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  const { profile, others } = options;
  let found: Promise<Configuration> | undefined;

  async function configuration(): Promise<Configuration> {
    found ??= discover(options);
    try {
      return await found;
    } catch (error) {
      found = undefined;
      throw error;
    }
  }

  /** The access token ends here: neither the browser nor anything behind the gateway sees it. */
  function loginOf(
    tokens: TokenEndpointResponse & TokenEndpointResponseHelpers,
    user: TokenUser,
    earlier?: Grant,
  ): Login {
    // Without a new refresh token the old one stays good (RFC 6749, section 6).
    const refreshToken = tokens.refresh_token ?? earlier?.refreshToken;
    const lifeS = tokens.expiresIn() ?? USUAL_LIFE_S;
    const renewAtS = secondsOf(options.clock) + Math.max(EARLY_S, lifeS - EARLY_S);
    const sid = tokens.claims()?.["sid"];
    return {
      user,
      ...(typeof sid === "string" ? { loginId: loginIdOf(profile.issuer, sid) } : {}),
      ...(refreshToken === undefined ? {} : { grant: { refreshToken, renewAtS } }),
    };
  }

  return {
    async begin() {
      const verifier = randomPKCECodeVerifier();
      const pending = { state: randomState(), nonce: randomNonce(), verifier };
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: `${options.publicOrigin}/auth/callback`,
        scope: profile.loginScope,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state: pending.state,
        nonce: pending.nonce,
      });
      return { url, pending };
    },
    async finish(callback, pending) {
      const tokens = await authorizationCodeGrant(await configuration(), callback, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("the identity provider sent no ID token");
      return loginOf(tokens, userOf(profile, claims, profile.loginSubject, others));
    },
    async renew(user, grant) {
      const tokens = await refreshTokenGrant(await configuration(), grant.refreshToken).catch(
        (error: unknown) => {
          // RFC 6749, section 5.2: expired, revoked, or used before.
          if (error instanceof ResponseBodyError && error.error === "invalid_grant") return undefined;
          throw error;
        },
      );
      if (tokens === undefined) return "ended";
      const claims = tokens.claims();
      const now = claims === undefined ? user : userOf(profile, claims, profile.loginSubject, others);
      // OpenID Connect Core 1.0, section 12.2: the user stays the same.
      if (now.userId !== user.userId) return "ended";
      return loginOf(tokens, now, grant);
    },
    async logoutAddress() {
      const config = await configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      // Without the ID token, which does not fit into a cookie: the provider asks its user.
      return buildEndSessionUrl(config, {
        post_logout_redirect_uri: `${options.publicOrigin}/auth/logged-out`,
        state: LOGGED_OUT_THERE,
      });
    },
    async forget(grant) {
      const config = await configuration();
      if (config.serverMetadata().revocation_endpoint === undefined) return;
      await tokenRevocation(config, grant.refreshToken, { token_type_hint: "refresh_token" });
    },
  };
}

/**
 * RFC 6749, section 2.3.1. The library's also encodes `-`, `_`, `.` and `~`; a provider that does
 * not decode them would know no such client, or write its ID tokens for another.
 */
function clientSecretBasic(secret: string): ClientAuth {
  return (_server, { client_id: id }, _form, headers) => {
    const credentials = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  };
}

async function discover(options: IdentityProviderOptions): Promise<Configuration> {
  const { profile, clientId, clientSecret } = options;
  const insecure = new URL(profile.issuer).protocol === "http:";
  const found = await discovery(
    new URL(discoveryOf(profile)),
    clientId,
    undefined,
    clientSecret === undefined ? None() : clientSecretBasic(clientSecret),
    {
      timeout: TIMEOUT_S,
      // The settings refuse an http: issuer in production.
      execute: insecure ? [allowInsecureRequests] : [],
    },
  );
  // The library compares issuers as addresses, and not where it gets that of the metadata itself.
  const { issuer } = found.serverMetadata();
  if (issuer !== profile.issuer) throw new Error(`its metadata is of the issuer ${issuer}`);
  return found;
}
