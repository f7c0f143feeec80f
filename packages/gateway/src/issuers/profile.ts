/** Where a claim stands: its name, or the names that lead to it (`["realm_access", "roles"]`). */
export type ClaimPath = string | readonly string[];

/** How an identity provider writes its tokens. Every member can be changed for one issuer. */
export interface TokenForm {
  /**
   * Accepted values of the header's `typ`, without `application/`, in lower case; `none` is a
   * header without one.
   */
  readonly types: readonly string[];
  /**
   * The claim that names the token, by which it can be revoked. A token without it has the SHA-256
   * of what its issuer signed as its name, in base64url, unless `tokenIdRequired`.
   */
  readonly tokenId: string;
  readonly tokenIdRequired: boolean;
  /** Seconds from `iat` to `exp`, at most a day. */
  readonly longestLifeSeconds: number;
  /** The claims that may name the client which got the token; the first that is there counts. */
  readonly clientClaims: readonly string[];
  /** The claim that is the user's id in access tokens, and the one in ID tokens, of a login. */
  readonly subject: string;
  readonly loginSubject: string;
  /** The scopes that a login asks for. */
  readonly loginScope: string;
  /** The claim of the scopes: text with spaces between them, or a list. */
  readonly scope: string;
  /** Claims that must have exactly this text: what tells access tokens from others. */
  readonly require: Readonly<Record<string, string>>;
  /** What goes into `claims` of `X-Identity`: by its name there, the token's claim. */
  readonly claims: Readonly<Record<string, ClaimPath>>;
}

/** One issuer of tokens, with all that its tokens are checked for. */
export interface IssuerProfile extends TokenForm {
  /** `iss`, to the letter, but for `{tenantid}`. */
  readonly issuer: string;
  /** The tenants that may replace `{tenantid}` in `issuer`; `any` admits the whole world's. */
  readonly tenants?: readonly string[] | "any" | undefined;
  /** The address of its metadata; default by OpenID Connect Discovery 1.0, section 4. */
  readonly discovery?: string | undefined;
  /** The address of its keys, in place of discovery. */
  readonly keys?: string | undefined;
  /** `aud` must have one of these. Without them `clients` are what a token is checked for. */
  readonly audience?: readonly string[] | undefined;
  /** The client must be one of these. */
  readonly clients?: readonly string[] | undefined;
  /**
   * Stands before the subject in the user's id. Of several issuers each says it, since a subject is
   * unique for its issuer only; "" where two issuers have the same users.
   */
  readonly prefix: string;
}

/** Seconds. A token that lives longer is refused, whatever a profile says. */
export const LONGEST_TOKEN_LIFE_S = 86_400;

/** RFC 9068: what an identity provider writes that keeps to the standard. */
const RFC9068: TokenForm = {
  types: ["at+jwt"],
  tokenId: "jti",
  tokenIdRequired: true,
  longestLifeSeconds: 3_600,
  clientClaims: ["client_id"],
  subject: "sub",
  loginSubject: "sub",
  loginScope: "openid",
  scope: "scope",
  require: {},
  claims: {},
};

/** The default form of the access tokens of well-known identity providers. */
export const FORMS = {
  rfc9068: RFC9068,
  // ID tokens and refresh tokens have the same header; the claim `typ` tells them apart. `aud` is
  // "account" for everyone until a mapper names an API.
  keycloak: {
    ...RFC9068,
    types: ["jwt", "at+jwt"],
    clientClaims: ["azp"],
    require: { typ: "Bearer" },
  },
  // Its own form is the default of an API; RFC 9068 can be chosen. Tokens live a day.
  auth0: {
    ...RFC9068,
    types: ["jwt", "at+jwt"],
    tokenIdRequired: false,
    longestLifeSeconds: LONGEST_TOKEN_LIFE_S,
    clientClaims: ["azp", "client_id"],
    claims: { tenant: "org_id" },
  },
  // `sub` differs from application to application; `oid` is the user. A life is 60 to 90 minutes,
  // up to two hours in some tenants, and `iat` is five minutes in the past. `appid`: version 1.
  "entra-id": {
    ...RFC9068,
    types: ["jwt"],
    tokenId: "uti",
    tokenIdRequired: false,
    longestLifeSeconds: 7_500,
    clientClaims: ["azp", "appid"],
    subject: "oid",
    loginSubject: "oid",
    loginScope: "openid profile",
    scope: "scp",
    claims: { tenant: "tid" },
  },
  // `sub` is the name that a person logs in with, which may change; `uid` is the user. In an ID
  // token that is `sub`.
  okta: {
    ...RFC9068,
    types: ["none", "okta-internal-at+jwt", "at+jwt"],
    longestLifeSeconds: LONGEST_TOKEN_LIFE_S,
    clientClaims: ["cid"],
    subject: "uid",
    scope: "scp",
  },
  // Access tokens have no `aud`: the client is what they are checked for.
  cognito: {
    ...RFC9068,
    types: ["none"],
    longestLifeSeconds: LONGEST_TOKEN_LIFE_S,
    require: { token_use: "access" },
  },
} as const satisfies Readonly<Record<string, TokenForm>>;

/** The name of a ready form. */
export type FormName = keyof typeof FORMS;

/** The names of the ready forms, the default first. */
export const FORM_NAMES = ["rfc9068", "keycloak", "auth0", "entra-id", "okta", "cognito"] as const;
