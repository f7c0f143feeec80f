import { createHash, randomBytes, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { JWK } from "jose";

/**
 * How long a code is good, in ms: RFC 6749, 4.1.2, allows ten minutes, the gateway needs a second.
 */
const CODE_LIFE_MS = 60_000;
/** How long an access token and an ID token are good, in seconds. */
const TOKEN_LIFE_S = 3_600;

/** What a user allowed when they logged in; the gateway redeems it with a code. */
export interface Grant {
  readonly user: string;
  readonly redirectUri: string;
  /** RFC 7636: the SHA-256 of a secret that only the gateway knows. */
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  /** Whether a refresh token was asked for: the scope `offline_access`. */
  readonly offline: boolean;
}

/** The answer of the token endpoint (RFC 6749, 5.1). */
export interface Tokens {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** In seconds. */
  readonly expires_in: number;
  readonly id_token?: string;
  readonly refresh_token?: string;
}

/** Issues codes and the tokens that they are exchanged for. */
export interface Grants {
  /** The public half of the signing key. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /** An authorization code for a grant. It can be redeemed once, within a minute. */
  issueCode(grant: Grant): string;
  /** The tokens for a code; undefined if the code, the redirect URI or the verifier is wrong. */
  redeem(code: string, redirectUri: string, verifier: string): Promise<Tokens | undefined>;
  /**
   * The tokens for a refresh token, with a new one in its place; undefined if it is wrong. One that
   * was used before ends its login (RFC 9700, section 4.14.2).
   */
  renew(refreshToken: string): Promise<Tokens | undefined>;
  /** An access token without any login, for the command line. */
  accessToken(user: string): Promise<Tokens>;
  /**
   * Ends all logins of a user: a logout token for each (OpenID Connect Back-Channel Logout 1.0).
   */
  endLogins(user: string): Promise<string[]>;
}

/** Somebody's login, for as long as it is renewed. */
interface Login {
  readonly user: string;
  readonly sid: string;
  readonly offline: boolean;
  newest: string;
}

/** Creates the grants with a new signing key: a restart makes all earlier tokens invalid. */
export async function createGrants(options: {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  /** Epoch ms. */
  readonly now: () => number;
}): Promise<Grants> {
  const { issuer, clientId, audience, now } = options;
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const kid = `dev-${randomBytes(4).toString("hex")}`;
  const pending = new Map<string, Grant & { readonly until: number }>();
  /** Which login a refresh token is of, used or not. */
  const loginOf = new Map<string, Login>();

  async function sign(claims: Record<string, unknown>, typ: string): Promise<string> {
    const iat = Math.floor(now() / 1_000);
    return await new SignJWT({ iss: issuer, iat, exp: iat + TOKEN_LIFE_S, ...claims })
      .setProtectedHeader({ alg: "ES256", kid, typ })
      .sign(privateKey);
  }

  async function accessToken(user: string): Promise<Tokens> {
    const claims = { sub: user, aud: audience, client_id: clientId, jti: randomUUID() };
    return {
      access_token: await sign(claims, "at+jwt"),
      token_type: "Bearer",
      expires_in: TOKEN_LIFE_S,
    };
  }

  /** The tokens of a login. Its newest refresh token is the only one that can be used. */
  async function tokensOf(login: Login, nonce?: string): Promise<Tokens> {
    const { user, sid } = login;
    const idToken = await sign({ sub: user, aud: clientId, sid, ...(nonce && { nonce }) }, "JWT");
    const tokens = { ...(await accessToken(user)), id_token: idToken };
    if (!login.offline) return tokens;
    login.newest = randomBytes(32).toString("base64url");
    loginOf.set(login.newest, login);
    return { ...tokens, refresh_token: login.newest };
  }

  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, use: "sig", alg: "ES256" }] },
    accessToken,
    issueCode(grant) {
      for (const [code, { until }] of pending) if (until < now()) pending.delete(code);
      const code = randomBytes(32).toString("base64url");
      pending.set(code, { ...grant, until: now() + CODE_LIFE_MS });
      return code;
    },
    async redeem(code, redirectUri, verifier) {
      const grant = pending.get(code);
      // Also after a failed attempt, so that a verifier can be guessed only once.
      pending.delete(code);
      if (grant === undefined || grant.until < now() || grant.redirectUri !== redirectUri) return undefined;
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      if (challenge !== grant.codeChallenge) return undefined;
      const { user, nonce, offline } = grant;
      return await tokensOf({ user, offline, sid: randomUUID(), newest: "" }, nonce);
    },
    async renew(refreshToken) {
      const login = loginOf.get(refreshToken);
      if (login === undefined) return undefined;
      if (login.newest === refreshToken) return await tokensOf(login);
      login.newest = "";
      return undefined;
    },
    async endLogins(user) {
      const logins = [...new Set(loginOf.values())].filter((login) => login.user === user);
      for (const login of logins) login.newest = "";
      const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
      return await Promise.all(
        logins.map(async ({ sid }) => {
          return await sign({ sub: user, aud: clientId, jti: randomUUID(), sid, events }, "logout+jwt");
        }),
      );
    },
  };
}
