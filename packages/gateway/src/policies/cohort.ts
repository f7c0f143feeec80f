import { createHash } from "node:crypto";

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
