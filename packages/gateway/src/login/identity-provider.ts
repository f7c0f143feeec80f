import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import type { Configuration } from "openid-client";
import { discoveryOf } from "../issuers/discovery.ts";
import type { IssuerProfile } from "../issuers/profile.ts";
import { userOf } from "../issuers/user.ts";
import type { TokenUser } from "../issuers/user.ts";

/** A login in progress. The browser carries it in an encrypted cookie. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

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
  finish(callback: URL, pending: PendingLogin): Promise<TokenUser>;
}

/** This gateway's registration with the identity provider. */
export interface IdentityProviderOptions {
  readonly profile: IssuerProfile;
  /** The prefixes of the other issuers' users. */
  readonly others: readonly string[];
  readonly clientId: string;
  /** undefined for a public client, which only PKCE protects. */
  readonly clientSecret: string | undefined;
  readonly redirectUri: string;
}

const TIMEOUT_S = 5;

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

  return {
    async begin() {
      const verifier = randomPKCECodeVerifier();
      const pending = { state: randomState(), nonce: randomNonce(), verifier };
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: options.redirectUri,
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
      // The tokens end here: neither the browser nor anything behind the gateway sees one.
      return userOf(profile, claims, profile.loginSubject, others);
    },
  };
}

async function discover(options: IdentityProviderOptions): Promise<Configuration> {
  const { profile, clientId, clientSecret } = options;
  const insecure = new URL(profile.issuer).protocol === "http:";
  const found = await discovery(
    new URL(discoveryOf(profile)),
    clientId,
    undefined,
    clientSecret === undefined ? None() : ClientSecretBasic(clientSecret),
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
