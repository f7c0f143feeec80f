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
}

/** The answer of the token endpoint (RFC 6749, 5.1). */
export interface Tokens {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** In seconds. */
  readonly expires_in: number;
  readonly id_token?: string;
}

/** Issues codes and the tokens that they are exchanged for. */
export interface Grants {
  /** The public half of the signing key. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /** An authorization code for a grant. It can be redeemed once, within a minute. */
  issueCode(grant: Grant): string;
  /** The tokens for a code; undefined if the code, the redirect URI or the verifier is wrong. */
  redeem(code: string, redirectUri: string, verifier: string): Promise<Tokens | undefined>;
  /** An access token without any login, for the command line. */
  accessToken(user: string): Promise<Tokens>;
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
      const { user, nonce } = grant;
      const idToken = await sign({ sub: user, aud: clientId, ...(nonce && { nonce }) }, "JWT");
      return { ...(await accessToken(user)), id_token: idToken };
    },
  };
}
