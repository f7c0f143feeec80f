import { createMinter, createTraceRequests, createTxnMinter, MAX_TRACE_REQUEST_S } from "@triptych/identity";
import type { IdentityKey, TraceRequests, TxnKey, TxnMinter } from "@triptych/identity";
import { identityKeys } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import { isObject } from "../contracts/document.ts";
import type { SessionKey } from "../credentials/sealed-cookies.ts";
import type { Signers } from "../policies/sign-identity.ts";

/** `iss` of all tokens that the gateway signs (design: Identity). */
const ISSUER = "gateway";
/** `aud` of the Txn-Token: the trust domain, which is all services of this system. */
const TRUST_DOMAIN = "triptych";

/** AES-256-GCM takes keys of exactly this length. */
const SESSION_SECRET_BYTES = 32;

/** The keys of one keys file. */
export interface Keys {
  /** Each BFF's key ring: the first key signs, all of them verify. */
  readonly identityKeys: ReadonlyMap<string, readonly IdentityKey[]>;
  readonly signers: Signers;
  readonly sessionKeys: readonly SessionKey[];
  readonly traceRequests: TraceRequests;
}

/**
 * Reads the keys file: `identityKeys` has a ring `kid:secret[,kid:secret]` per BFF, `txnTokenKeys`
 * has private Ed25519 JWKs, and `sessionKeys` is a ring. The first key of each signs; the others
 * are the next and the previous one, which verifiers know.
 *
 * @throws Error that names the wrong key but never shows it
 */
export function readKeys(text: string, bffs: readonly string[], clock: WallClock): Keys {
  const file: unknown = JSON.parse(text);
  if (!isObject(file)) throw new Error("it must be a JSON object");
  const rings = file["identityKeys"];
  const identity = bffs.map((bff) => {
    const ring = readRing(`identityKeys of ${bff}`, isObject(rings) ? rings[bff] : undefined);
    const [current] = ring;
    if (current === undefined) throw new Error(`identityKeys has no ring for ${bff}`);
    return { bff, ring, minter: createMinter({ ...current, clock }) };
  });
  const [txn] = readTxnKeys(file["txnTokenKeys"], clock);
  if (txn === undefined) throw new Error("txnTokenKeys must hold at least one key");
  const sessionKeys = readRing("sessionKeys", file["sessionKeys"]);
  const wrong = sessionKeys.find(({ secret }) => secret.length !== SESSION_SECRET_BYTES);
  if (wrong !== undefined) {
    throw new Error(
      `sessionKeys: the secret of "${wrong.kid}" must have ${SESSION_SECRET_BYTES} bytes, but it has ${wrong.secret.length}`,
    );
  }
  return {
    identityKeys: new Map(identity.map(({ bff, ring }) => [bff, ring])),
    signers: { identity: new Map(identity.map(({ bff, minter }) => [bff, minter])), txn },
    sessionKeys,
    traceRequests: createTraceRequests({ keys: sessionKeys, lifeS: MAX_TRACE_REQUEST_S, clock }),
  };
}

function readRing(name: string, ring: unknown): SessionKey[] {
  if (ring !== undefined && typeof ring !== "string") {
    throw new Error(`${name} must be text of the form kid:base64url-secret[,kid:…]`);
  }
  return identityKeys().read(name, ring, new Map());
}

/** A minter for each key, so a broken next key shows now and not on the day it is used. */
function readTxnKeys(keys: unknown, clock: WallClock): TxnMinter[] {
  if (!Array.isArray(keys)) throw new Error("txnTokenKeys must be a list of private Ed25519 JWKs");
  const list: unknown[] = keys;
  const kids = list.map((key) => (isObject(key) ? key["kid"] : undefined));
  const twice = kids.findIndex((kid, index) => kids.indexOf(kid) !== index);
  if (twice !== -1) throw new Error(`txnTokenKeys entry ${twice + 1} repeats the kid of an earlier entry`);
  return list.map((key, index) => {
    if (!isTxnKey(key)) throw new Error(`txnTokenKeys entry ${index + 1} is no Ed25519 JWK with a kid`);
    return createTxnMinter({ key, issuer: ISSUER, audience: TRUST_DOMAIN, clock });
  });
}

function isTxnKey(key: unknown): key is TxnKey {
  if (!isObject(key)) return false;
  const { kty, crv, kid, x, d } = key;
  return (
    kty === "OKP" &&
    crv === "Ed25519" &&
    typeof kid === "string" &&
    typeof x === "string" &&
    (d === undefined || typeof d === "string")
  );
}
