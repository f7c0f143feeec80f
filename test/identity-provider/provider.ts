import { randomBytes, randomUUID } from "node:crypto";
import { generateKeyPair, exportJWK, SignJWT } from "jose";
import type { CryptoKey, JWK } from "jose";
import { createPendingCodes } from "./pending-codes.ts";
import type { PendingCodes } from "./pending-codes.ts";

export interface ProviderOptions {
  /** Its own address, as the gateway and browsers reach it: `http://127.0.0.1:9100`. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where browsers may be sent back to, exactly. */
  readonly redirectUris: readonly string[];
  /** `aud` of access tokens. */
  readonly audience: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Life of an access token and of an ID token, in seconds. */
const TOKEN_LIFE_S = 3_600;

export interface Tokens {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly id_token?: string;
}

/** An identity provider whose login believes everybody. */
export interface Provider {
  readonly options: ProviderOptions;
  readonly codes: PendingCodes;
  readonly jwks: { readonly keys: readonly JWK[] };
  accessToken(user: string): Promise<Tokens>;
  /** What a code is exchanged for. */
  loginTokens(user: string, nonce: string | undefined): Promise<Tokens>;
}

/** Makes a provider with a new key: its tokens do not survive it. */
export async function createProvider(options: ProviderOptions): Promise<Provider> {
  const { issuer, audience, clientId, now } = options;
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const kid = `dev-${randomBytes(4).toString("hex")}`;
  const jwk = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "ES256" };

  async function sign(claims: Record<string, unknown>, typ: string, key: CryptoKey): Promise<string> {
    const iat = Math.floor(now() / 1000);
    return await new SignJWT({ iss: issuer, iat, exp: iat + TOKEN_LIFE_S, ...claims })
      .setProtectedHeader({ alg: "ES256", kid, typ })
      .sign(key);
  }

  async function accessToken(user: string): Promise<Tokens> {
    const claims = { sub: user, aud: audience, client_id: clientId, jti: randomUUID() };
    const token = await sign(claims, "at+jwt", privateKey);
    return { access_token: token, token_type: "Bearer", expires_in: TOKEN_LIFE_S };
  }

  return {
    options,
    codes: createPendingCodes(now),
    jwks: { keys: [jwk] },
    accessToken,
    async loginTokens(user, nonce) {
      const idToken = await sign(
        { sub: user, aud: clientId, ...(nonce === undefined ? {} : { nonce }) },
        "JWT",
        privateKey,
      );
      return { ...(await accessToken(user)), id_token: idToken };
    },
  };
}
