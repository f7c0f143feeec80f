import { createHash, randomBytes } from "node:crypto";

/** RFC 6749, section 4.1.2, recommends ten minutes at most; the gateway takes a second. */
const CODE_LIFE_MS = 60_000;

export interface Grant {
  readonly user: string;
  readonly redirectUri: string;
  /** RFC 7636: the hash of what only the asker knows. */
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
}

/** Authorization codes that are not yet used; each is good once. */
export interface PendingCodes {
  issue(grant: Grant): string;
  /** The grant of a code, where redirect URI and verifier belong to it; undefined for any other. */
  redeem(code: string, redirectUri: string, verifier: string): Grant | undefined;
}

export function createPendingCodes(now: () => number): PendingCodes {
  const grants = new Map<string, Grant & { readonly until: number }>();
  return {
    issue(grant) {
      for (const [code, { until }] of grants) if (until < now()) grants.delete(code);
      const code = randomBytes(32).toString("base64url");
      grants.set(code, { ...grant, until: now() + CODE_LIFE_MS });
      return code;
    },
    redeem(code, redirectUri, verifier) {
      const grant = grants.get(code);
      grants.delete(code);
      if (grant === undefined || grant.until < now() || grant.redirectUri !== redirectUri) return undefined;
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      return challenge === grant.codeChallenge ? grant : undefined;
    },
  };
}
