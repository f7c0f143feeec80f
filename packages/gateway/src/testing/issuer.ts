import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { secondsOf } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import { SignJWT } from "jose";
import type { JSONWebKeySet, JWTHeaderParameters, JWTPayload } from "jose";
import { FORMS } from "../issuers/profile.ts";
import type { IssuerProfile } from "../issuers/profile.ts";

export const ISSUER = "https://login.example";
export const AUDIENCE = "https://api.example";

/** The profile of `TestIssuer`'s tokens. */
export const PROFILE: IssuerProfile = {
  ...FORMS.rfc9068,
  issuer: ISSUER,
  audience: [AUDIENCE],
  prefix: "",
};

/** An identity provider's signing side: real keys, any tokens, right or wrong. */
export class TestIssuer {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly #clock: WallClock;

  constructor(kid: string, clock: WallClock) {
    this.kid = kid;
    this.#clock = clock;
    const pair = generateKeyPairSync("ed25519");
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey;
  }

  get jwks(): JSONWebKeySet {
    return {
      keys: [{ ...this.publicKey.export({ format: "jwk" }), kid: this.kid, use: "sig", alg: "EdDSA" }],
    };
  }

  claims(changes: Record<string, unknown> = {}): JWTPayload {
    const iat = secondsOf(this.#clock);
    return { iss: ISSUER, aud: AUDIENCE, sub: "42", jti: "token-1", iat, exp: iat + 600, ...changes };
  }

  /**
   * A token with what is asked for in place of what is right; a claim of `undefined` is left out.
   */
  async token(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key: KeyObject | Uint8Array = this.privateKey,
  ): Promise<string> {
    const protectedHeader: JWTHeaderParameters = { alg: "EdDSA", kid: this.kid, typ: "at+jwt", ...header };
    return await new SignJWT(this.claims(claims)).setProtectedHeader(protectedHeader).sign(key);
  }
}
