import { createHash } from "node:crypto";
import type { Minter, TxnMinter } from "@triptych/identity";
import type { Exchange } from "../exchange.ts";
import type { TargetRole } from "../table/route.ts";

/** The keys that sign what the gateway says about a request; another set after a rotation. */
export interface Signers {
  /** The current key of each BFF. */
  readonly identity: ReadonlyMap<string, Minter>;
  readonly txn: TxnMinter;
}

/**
 * What the target is told of who asks. A BFF gets an assertion under its own key, so that none can use another's; and
 * the Txn-Token, which it can hand on but not make. The cohort is for a canary in front of it.
 *
 * @throws Error where there is no key for a BFF: a mistake of the configuration that the start would have shown
 */
export function identityHeaders(
  exchange: Exchange,
  requestId: string,
  { identity }: TargetRole,
  signers: Signers,
): [name: string, value: string][] {
  const { sub, apiKeyId, scope } = exchange.caller;
  const txnToken = signers.txn.mint({ userId: sub, requestId, ...(scope === undefined ? {} : { scope }) });
  if (identity === "txn-token") {
    return [
      ["Txn-Token", txnToken],
      ["X-User-Id", sub],
    ];
  }
  const { target } = exchange.route;
  const minter = signers.identity.get(target);
  if (minter === undefined) throw new Error(`there is no identity key for ${target}`);
  const assertion = minter.mint({
    userId: sub,
    audience: target,
    requestId,
    ...(apiKeyId === undefined ? {} : { apiKeyId }),
    ...(scope === undefined ? {} : { scope }),
  });
  return [
    ["X-Identity", assertion],
    ["Txn-Token", txnToken],
    ["X-Cohort", String(cohortOf(sub, target))],
  ];
}

/** A thousand parts, so that a canary can begin with a tenth of a percent of the users. */
const COHORTS = 1_000;

/**
 * The part of a BFF's users to which one belongs, 0 to 999, always the same: what stands between gateway and BFF can
 * send a part of them to the next version without reading who asks. Each BFF has its own parts, so that not the same people try everything first.
 */
export function cohortOf(user: string, bff: string): number {
  const digest = createHash("sha256").update(`${bff} ${user}`).digest();
  return digest.readUInt32BE() % COHORTS;
}
