import type { PolicyCheck } from "../passage.ts";
import { identityRefusal } from "../refusal.ts";
import type { Revocations } from "../revocation/revocations.ts";

/** Refuses tokens, sessions, users and API keys that are not to be let in any more. */
export function refuseRevoked(revocations: Revocations): PolicyCheck {
  return (passage) => {
    const reason = revocations.reasonFor(passage.caller);
    if (reason !== undefined) throw identityRefusal("revocation", `revoked-${reason}`);
  };
}
