import { isIdentityClaims, USER_ID } from "@triptych/identity";
import type { IdentityClaims } from "@triptych/identity";
import { isObject, isTextList } from "../contracts/document.ts";
import type { TokenUser } from "../credentials/logged-in.ts";
import { identityRefusal } from "../exchange.ts";
import type { ClaimPath, IssuerProfile } from "./profile.ts";

/**
 * Bytes of the user's id, scopes and claims as JSON. With the rest they fit into the 4,096
 * characters of an `X-Identity`.
 */
const MAX_BYTES = 2_400;

/**
 * Reads the user of a verified token.
 *
 * @param subject the name of the claim that is the user's id
 * @param others the prefixes of the other issuers: a subject that begins with one could be taken
 * for a user of that issuer
 * @throws Refusal
 */
export function userOf(
  profile: IssuerProfile,
  payload: Readonly<Record<string, unknown>>,
  subject: string,
  others: readonly string[],
): TokenUser {
  const id = payload[subject];
  const userId = typeof id === "string" && id !== "" ? `${profile.prefix}${id}` : "";
  if (!USER_ID.test(userId) || others.some((prefix) => userId.startsWith(prefix))) {
    throw identityRefusal("authentication", "token-subject");
  }
  const scope = scopeOf(payload[profile.scope]);
  const claims = claimsOf(profile, payload);
  if (Buffer.byteLength(JSON.stringify([userId, scope, claims])) > MAX_BYTES) {
    throw identityRefusal("authentication", "token-claims-too-large");
  }
  return {
    userId,
    ...(scope === undefined ? {} : { scope }),
    ...(claims === undefined ? {} : { claims }),
  };
}

function scopeOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  if (isTextList(value)) return value.join(" ");
  throw identityRefusal("authentication", "token-scope");
}

function claimsOf(
  { claims }: IssuerProfile,
  payload: Readonly<Record<string, unknown>>,
): IdentityClaims | undefined {
  const values = Object.entries(claims).map(([name, path]) => [name, valueAt(payload, path)] as const);
  const found = values.filter(([, value]) => value !== undefined && value !== null);
  if (found.length === 0) return undefined;
  const read: unknown = Object.fromEntries(found);
  if (isIdentityClaims(read)) return read;
  throw identityRefusal("authentication", "token-claims");
}

function valueAt(payload: Readonly<Record<string, unknown>>, path: ClaimPath): unknown {
  let value: unknown = payload;
  for (const name of typeof path === "string" ? [path] : path) {
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
