import { BadSetting, type Setting } from "./read-settings.ts";

/** One key that signs assertions between the gateway and a BFF. */
export interface IdentityKey {
  readonly kid: string;
  /** At least 32 bytes: HS256 wants a key no shorter than its hash (RFC 7518, section 3.2). */
  readonly secret: Buffer;
}

const SHORTEST_SECRET = 32;
const KID = /^[A-Za-z0-9_-]{1,64}$/;
const FORM = "kid:base64url-secret[,kid:base64url-secret…]";

/**
 * The key ring, `kid:base64url-secret[,kid:…]`: the first is current, all verify. Must be set.
 * Complaints name an entry only by its place, because even a kid may be a misplaced secret.
 */
export function identityKeys(): Setting<IdentityKey[]> {
  return {
    about: `the keys shared with the gateway, ${FORM}, the first is current; required`,
    read(name, text) {
      if (text === undefined) {
        throw new BadSetting(
          `${name} is missing: set it to the keys shared with the gateway, in the form ${FORM}`,
        );
      }
      const keys = text.split(",").map((entry, index) => readKey(name, entry.trim(), index + 1));
      const kids = keys.map((key) => key.kid);
      const twice = kids.findIndex((kid, index) => kids.indexOf(kid) !== index);
      if (twice === -1) return keys;
      throw new BadSetting(
        `${name} entry ${twice + 1} repeats the kid of an earlier entry: give each key its own kid`,
      );
    },
  };
}

function readKey(name: string, entry: string, place: number): IdentityKey {
  const colon = entry.indexOf(":");
  if (colon === -1) {
    throw new BadSetting(`${name} entry ${place} has no colon (expected ${FORM}; the value is not shown)`);
  }
  const kid = entry.slice(0, colon);
  if (!KID.test(kid)) {
    throw new BadSetting(
      `${name} entry ${place} has a malformed kid (expected 1 to 64 letters, digits, - or _, then a colon; the value is not shown)`,
    );
  }
  const encoded = entry.slice(colon + 1);
  const secret = Buffer.from(encoded, "base64url");
  // Buffer skips what is not base64url: only what comes back the same was written in it.
  if (secret.toString("base64url") !== encoded) {
    throw new BadSetting(
      `${name} entry ${place} has a secret that is not base64url (expected A-Z a-z 0-9 - _ without padding; the value is not shown)`,
    );
  }
  if (secret.length < SHORTEST_SECRET) {
    throw new BadSetting(
      `${name} entry ${place} has a secret of ${secret.length} bytes (expected at least ${SHORTEST_SECRET}: make one with openssl rand -base64 32 | tr +/ -_ | tr -d =)`,
    );
  }
  return { kid, secret };
}
