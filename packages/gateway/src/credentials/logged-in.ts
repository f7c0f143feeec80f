import type { IdentityClaims } from "@triptych/identity";

/** Whom a token is about, and what of it goes to the BFFs. */
export interface TokenUser {
  readonly userId: string;
  readonly scope?: string;
  readonly claims?: IdentityClaims;
}

/** With what a session is renewed at the identity provider. */
export interface Grant {
  readonly refreshToken: string;
  /** Seconds since 1970. */
  readonly renewAtS: number;
}

/** Somebody who is logged in in a browser. */
export interface Session {
  /** Stays the same for as long as the session lives. */
  readonly id: string;
  readonly user: TokenUser;
  /** The three dates are seconds since 1970. */
  readonly loggedInAtS: number;
  readonly sealedAtS: number;
  /** When it ends if no request comes. */
  readonly endsAtS: number;
  /** The login at the identity provider, which can end it: see `loginIdOf`. */
  readonly loginId?: string | undefined;
  /** Without one it is not renewed. */
  readonly grant?: Grant | undefined;
}
