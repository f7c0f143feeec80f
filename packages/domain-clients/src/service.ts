import type { Operation } from "@triptych/upstream-client";

/** What a BFF decides about a service that it uses. */
export type ServiceOptions = {
  /**
   * Keeps the service's answers for as long as the service allows. An old answer replaces a failed
   * call and is listed in `degraded`. The contract decides who may share an answer, not the BFF.
   * Default false: a client sees what the service says now.
   */
  readonly cache?: boolean;
  /**
   * Starts a second attempt beside a read that is slower than 95% of them. Default false: hedges
   * are up to 5% more calls for the service.
   */
  readonly hedge?: boolean;
};

/**
 * How an operation is read whose answers the contract lets us keep.
 *
 * @param scope who may get a kept answer: everyone, or only the user who asked
 */
export function readFor(
  scope: "shared" | "perUser",
  { cache = false, hedge = false }: ServiceOptions,
): Pick<Operation<unknown>, "cache" | "hedge"> {
  return { hedge, ...(cache ? { cache: scope } : {}) };
}

/**
 * The shop's own services know the user by the signed identity, and keep to the formats of dates.
 */
export const OURS = { identity: "signed", formats: "enforce" } as const;
