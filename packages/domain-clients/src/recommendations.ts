import { isUpstreamError } from "@triptych/upstream-client";
import type { CallScope, Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import type { ContractService } from "@triptych/upstream-client/contract";
import { contract } from "./generated/recommendations.ts";
import type { Answers } from "./generated/recommendations.ts";
import { OURS, readFor } from "./service.ts";
import type { ServiceOptions } from "./service.ts";
import { slotsOfV1, slotsOfV2 } from "./slots.ts";
import type { Slot } from "./slots.ts";

export type { RecommendationReason, Slot } from "./slots.ts";

/**
 * A client of the recommendations service for one scope. It throws an UpstreamError when the
 * service fails.
 */
export type Recommendations = {
  /** What the caller may like, best first: at most `limit` (1 to 50). */
  list(options: { readonly limit: number }): Promise<readonly Slot[]>;
};

/** The versions of the service. Version 2 is tried first. */
type Version = "v2" | "v1";

/**
 * The version that answered last. It is compared by identity, so each discovery is a new object.
 */
type Served = { readonly version: Version };

/**
 * The recommendations service, in version 2 or 1. A screen cannot tell which version answered. Make
 * it once, at start-up: this compiles the checks of its answers.
 */
export function recommendationsService(
  upstream: Upstream,
  options: ServiceOptions = {},
): ContractService<Recommendations> {
  const listV2 = operationOf<Answers["listRecommendations"]>(
    contract.listRecommendations,
    readFor("perUser", options),
  );
  const listV1 = operationOf<Answers["listRecommendationsV1"]>(contract.listRecommendationsV1);
  let served: Served = { version: "v2" };

  const ask = (version: Version, scope: CallScope, limit: number): Promise<readonly Slot[]> => {
    const input = { query: { limit } };
    return version === "v2"
      ? upstream.call(listV2, scope, input).then((answer) => slotsOfV2(answer).slice(0, limit))
      : upstream.call(listV1, scope, input).then((answer) => slotsOfV1(answer).slice(0, limit));
  };

  /**
   * Asks the version that answered last. If the service no longer has it, asks the other one, once.
   */
  const list = async (scope: CallScope, limit: number): Promise<readonly Slot[]> => {
    const before = served;
    const first = before.version;
    const other = first === "v2" ? "v1" : "v2";
    try {
      return await ask(first, scope, limit);
    } catch (firstError) {
      if (!isNotServed(firstError)) throw firstError;
      try {
        const slots = await ask(other, scope, limit);
        // If another request has found out something since this one began, that is newer.
        if (served === before) served = { version: other };
        return slots;
      } catch (otherError) {
        // Neither is there. The failure of version 2, which should be there, belongs in the log.
        throw isNotServed(otherError) && first === "v2" ? firstError : otherError;
      }
    }
  };

  return {
    in: (scope) => ({
      list: ({ limit }) => list(scope, limit),
    }),
  };
}

/** How a BFF uses the service, where it changes no default. */
export const recommendations = { service: recommendationsService, ...OURS };

/**
 * 404 or 410: the service does not have this version. Any other failure comes from one that it has.
 */
function isNotServed(error: unknown): boolean {
  return isUpstreamError(error) && (error.status === 404 || error.status === 410);
}
