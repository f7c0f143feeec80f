import { createMinter, createTxnMinter } from "@triptych/identity";
import type { IdentityKey, TxnKey } from "@triptych/identity";
import { identityKeys } from "@triptych/service-kit";
import type { WallClock } from "@triptych/service-kit";
import { isObject } from "../contracts/document.ts";
import type { SessionKey } from "../credentials/session.ts";
import type { Signers } from "../policies/sign-identity.ts";

/** `iss` of everything that the gateway signs. */
const ISSUER = "gateway";
/** `aud` of the Txn-Token: every service of this system, and none outside. */
const TRUST_DOMAIN = "triptych";

/** AES-256-GCM has keys of this length and no other. */
const SESSION_SECRET_BYTES = 32;

export interface Keys {
  /** Each BFF's whole ring: the first signs, all verify. */
  readonly identityKeys: ReadonlyMap<string, readonly IdentityKey[]>;
  readonly signers: Signers;
  readonly sessionKeys: readonly SessionKey[];
}

/**
 * Reads the keys file: `identityKeys`, a ring `kid:secret[,kid:secret]` for each BFF; `txnTokenKeys`, private Ed25519
 * JWKs; `sessionKeys`, a ring. The first of each is current; the others are previous and next, which verifiers know.
 *
 * @throws Error that says which key is wrong, never what it is
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
  const [txnKey] = readTxnKeys(file["txnTokenKeys"]);
  if (txnKey === undefined) throw new Error("txnTokenKeys must hold at least one key");
  const sessionKeys = readRing("sessionKeys", file["sessionKeys"]);
  const wrong = sessionKeys.find(({ secret }) => secret.length !== SESSION_SECRET_BYTES);
  if (wrong !== undefined) {
    throw new Error(
      `sessionKeys: the secret of "${wrong.kid}" must have ${SESSION_SECRET_BYTES} bytes, but it has ${wrong.secret.length}`,
    );
  }
  return {
    identityKeys: new Map(identity.map(({ bff, ring }) => [bff, ring])),
    signers: {
      identity: new Map(identity.map(({ bff, minter }) => [bff, minter])),
      txn: createTxnMinter({ key: txnKey, issuer: ISSUER, audience: TRUST_DOMAIN, clock }),
    },
    sessionKeys,
  };
}

function readRing(name: string, ring: unknown): SessionKey[] {
  if (ring !== undefined && typeof ring !== "string") {
    throw new Error(`${name} must be text of the form kid:base64url-secret[,kid:…]`);
  }
  return identityKeys().read(name, ring, new Map());
}

function readTxnKeys(keys: unknown): TxnKey[] {
  if (!Array.isArray(keys)) throw new Error("txnTokenKeys must be a list of private Ed25519 JWKs");
  const list: unknown[] = keys;
  return list.map((key, index) => {
    if (!isTxnKey(key)) throw new Error(`txnTokenKeys entry ${index + 1} is no Ed25519 JWK with a kid`);
    // Made once to be checked, so that a broken next key does not wait for its day.
    createTxnMinter({ key, issuer: ISSUER, audience: TRUST_DOMAIN });
    return key;
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
