import { hash } from "node:crypto";
import type { Minter, TxnMinter } from "@triptych/identity";
import type { Exchange } from "../exchange.ts";
import type { TargetRole } from "../table/route.ts";

/** The current signing keys; a rotation replaces the whole object. */
export interface Signers {
  /** By BFF: each has a key of its own. */
  readonly identity: ReadonlyMap<string, Minter>;
  readonly txn: TxnMinter;
}

/**
 * Creates the headers that tell the target who the caller is. A BFF gets an assertion under its own
 * key, so that no BFF can use another's, and the Txn-Token, which it can pass on but not create.
 * The cohort is for a canary in front of it. Of a visitor, a BFF is told that nobody is logged in,
 * and nothing else. Names and values are in turn.
 *
 * @throws Error when a BFF has no key, which the start would have found
 */
export function identityHeaders(
  exchange: Exchange,
  requestId: string,
  { identity }: TargetRole,
  signers: Signers,
): string[] {
  const { userId, apiKeyId, scope, claims } = exchange.caller;
  const { target } = exchange.route;
  const minter = signers.identity.get(target);
  if (userId === undefined) {
    if (minter === undefined) throw new Error(`a visitor has no identity that ${target} could get`);
    return ["X-Identity", minter.mint({ userId, audience: target, requestId })];
  }
  const txnToken = signers.txn.mint({ userId, requestId, ...(scope === undefined ? {} : { scope }) });
  if (identity === "txn-token") {
    return ["Txn-Token", txnToken, "X-User-Id", userId];
  }
  if (minter === undefined) throw new Error(`there is no identity key for ${target}`);
  const assertion = minter.mint({
    userId,
    audience: target,
    requestId,
    ...(apiKeyId === undefined ? {} : { apiKeyId }),
    ...(scope === undefined ? {} : { scope }),
    ...(claims === undefined ? {} : { claims }),
  });
  const cohort = String(cohortOf(userId, target));
  return ["X-Identity", assertion, "Txn-Token", txnToken, "X-Cohort", cohort];
}

/** 1,000 cohorts, so that a canary can start with 0.1% of the users. */
const COHORTS = 1_000;

/**
 * Returns a user's cohort for a BFF, 0 to 999, always the same. A balancer between gateway and BFF
 * can send some cohorts to the next version without knowing the user. Each BFF has its own cohorts,
 * so that different users try each new version first.
 */
export function cohortOf(userId: string, bff: string): number {
  return hash("sha256", `${bff} ${userId}`, "buffer").readUInt32BE() % COHORTS;
}
