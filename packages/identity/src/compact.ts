import type { KeyObject } from "node:crypto";
import type { ClaimsRefusal } from "./claims.ts";
import { IdentityError } from "./identity-error.ts";
import { DOUBLED_HEADER } from "./single-header.ts";

/** Why a token was refused: for the log and the metrics, never for the client. */
export type Refusal =
  | "missing"
  | "doubled"
  | "too-large"
  | "malformed"
  | "unknown-header"
  | "bad-signature"
  | ClaimsRefusal;

/** What `singleHeader` returns for the header that should hold a token. */
export type ReceivedToken = string | typeof DOUBLED_HEADER | undefined;

/**
 * In characters. A real token has about 350; a longer one is refused before any work is done on it.
 */
const MAX_TOKEN_LENGTH = 4096;

/**
 * The name of a key. No character that JSON escapes, so a header can be written without
 * serialising.
 */
export const KID = /^[A-Za-z0-9_-]{1,64}$/;

/** A key, and the only header segment that it signs. */
export interface PreparedKey {
  readonly kid: string;
  readonly headerSegment: string;
  readonly key: KeyObject;
}

/**
 * The header segment of every token under a key. It is written as text, not serialised, because
 * verifiers compare it as a string: the order of its members is part of the wire format.
 */
export function headerSegment(alg: string, kid: string, typ: string): string {
  return Buffer.from(`{"alg":"${alg}","kid":"${kid}","typ":"${typ}"}`).toString("base64url");
}

/**
 * Makes a token (compact JWS, RFC 7515, section 3.1).
 * @param sign returns the signature in base64url
 * @throws IdentityError `bad-claim` if the token is longer than a verifier accepts
 */
export function mintCompact(header: string, claims: object, sign: (input: string) => string): string {
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  const token = `${input}.${sign(input)}`;
  if (token.length <= MAX_TOKEN_LENGTH) return token;
  const message = `A token may have ${MAX_TOKEN_LENGTH} characters, but this one has ${token.length}: shorten scope or apiKeyId`;
  throw new IdentityError("bad-claim", message);
}

/**
 * Makes a function that checks a token. The header segment is looked up as a string among those
 * that the keys sign: no algorithm, type or key is ever read out of a token. No JSON is parsed
 * before the signature is right.
 *
 * The function returns the claims, or why the token was refused. It never throws.
 *
 * @throws IdentityError `bad-key` if there is no key, or if two have the same name
 */
export function compactVerifier<Claims extends object>(options: {
  readonly keys: readonly PreparedKey[];
  /** The length of a signature in base64url, in characters. */
  readonly signatureLength: number;
  /** Whether the signature of `input` is right, and is encoded in the one canonical way. */
  readonly isSignature: (key: KeyObject, input: string, signature: string) => boolean;
  readonly read: (payload: unknown) => Claims | Refusal;
}): (token: ReceivedToken) => Claims | Refusal {
  const { isSignature, read } = options;
  const keyOfHeader = new Map<string, KeyObject>();
  for (const { kid, headerSegment: header, key } of options.keys) {
    if (keyOfHeader.has(header)) {
      throw new IdentityError("bad-key", `Two keys have the kid "${kid}": rename one`);
    }
    keyOfHeader.set(header, key);
  }
  if (keyOfHeader.size === 0) {
    throw new IdentityError("bad-key", "A verifier needs at least one key, but there is none");
  }
  // Three base64url segments without padding.
  const compact = new RegExp(
    `^([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]{${options.signatureLength}})$`,
  );
  return (token) => {
    if (token === undefined) return "missing";
    if (token === DOUBLED_HEADER) return "doubled";
    if (token.length > MAX_TOKEN_LENGTH) return "too-large";
    const segments = compact.exec(token);
    if (segments === null) return "malformed";
    const [, header = "", payload = "", signature = ""] = segments;
    const key = keyOfHeader.get(header);
    if (key === undefined) return "unknown-header";
    if (!isSignature(key, `${header}.${payload}`, signature)) return "bad-signature";
    return read(parsePayload(payload));
  };
}

/** @returns undefined if the segment is not canonical base64url of JSON in UTF-8 */
function parsePayload(segment: string): unknown {
  const bytes = Buffer.from(segment, "base64url");
  if (bytes.toString("base64url") !== segment) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
