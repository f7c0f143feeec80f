import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createMinter } from "@triptych/identity";
import type { Assertion, IdentityKey } from "@triptych/identity";
import { identityKeys, readSettings } from "@triptych/service-kit";

/** The keys between a gateway that is not there and the BFFs: development and tests only. */
export interface KeySource {
  /** A BFF's `IDENTITY_KEYS`. */
  ringOf(bff: string): string;
  /** An `X-Identity`, by the current key of its audience's ring. @throws IdentityError */
  mint(assertion: Omit<Assertion, "requestId">): string;
}

/** One secret from which each BFF's own key is derived, so that a new BFF needs no new secret. */
export interface MasterKey {
  readonly kid: string;
  readonly secret: Buffer;
}

export function newMasterKey(): MasterKey {
  return { kid: `dev-${randomBytes(4).toString("hex")}`, secret: randomBytes(32) };
}

/** Keys derived from a master key (default: a new, random one). One BFF's key does not open another. */
export function createKeySource(master: MasterKey = newMasterKey()): KeySource {
  return sourceOf((bff) => {
    const secret = createHmac("sha256", master.secret).update(`X-Identity for ${bff}`).digest();
    return `${master.kid}:${secret.toString("base64url")}`;
  });
}

/** The ring that the environment names, the same for every BFF. @throws SettingsError */
export function keySourceFrom(ring: string): KeySource {
  readRing(ring);
  return sourceOf(() => ring);
}

function sourceOf(ringOf: (bff: string) => string): KeySource {
  return {
    ringOf,
    mint: (assertion) =>
      createMinter({ ...readRing(ringOf(assertion.audience)), clock: Date.now }).mint({
        ...assertion,
        requestId: randomUUID(),
      }),
  };
}

/** The current key of a ring. */
function readRing(ring: string): IdentityKey {
  const [current] = readSettings({ IDENTITY_KEYS: ring }, { IDENTITY_KEYS: identityKeys() }).IDENTITY_KEYS;
  if (current === undefined) throw new Error("IDENTITY_KEYS holds no key");
  return current;
}
