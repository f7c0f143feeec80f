import { isUpstreamError } from "@triptych/upstream-client";
import type { CallScope, Operation, Upstream } from "@triptych/upstream-client";
import { operationOf } from "@triptych/upstream-client/contract";
import { contract } from "../generated/recommendations.ts";
import type { Answers } from "../generated/recommendations.ts";
import { ServedVersion } from "./served-version.ts";
import type { Version } from "./served-version.ts";
import { slotsOfFlatList, slotsOfRanked } from "./slot.ts";
import type { Slot } from "./slot.ts";
import type { ServiceOptions } from "../service-options.ts";

/** A client of the recommendations service for one scope. All methods throw an UpstreamError when the service fails. */
export type Recommendations = {
  /** What the caller may like, best first: at most `limit` (1 to 50). */
  list(options: { readonly limit: number }): Promise<readonly Slot[]>;
};

/**
 * The recommendations service, made once at start-up: its answers' checks are compiled here, and it remembers which version is
 * served. A screen cannot tell which one answered.
 */
export class RecommendationsService {
  readonly #upstream: Upstream;
  readonly #listV2: Operation<Answers["listRecommendations"]>;
  readonly #listV1: Operation<Answers["listRecommendationsV1"]>;
  readonly #served = new ServedVersion();

  constructor(upstream: Upstream, { cache = false }: ServiceOptions = {}) {
    this.#upstream = upstream;
    const keep = cache ? ({ cache: "perUser" } as const) : {};
    this.#listV2 = operationOf(contract.listRecommendations, keep);
    this.#listV1 = operationOf(contract.listRecommendationsV1);
  }

  /** The client that a section of a screen uses: under its deadline, for its caller. */
  in(scope: CallScope): Recommendations {
    return {
      list: async ({ limit }) => {
        const slots = await this.#list(scope, limit);
        return slots.slice(0, limit);
      },
    };
  }

  /** Asks the version that was served last; where that one is gone, the other, once. */
  async #list(scope: CallScope, limit: number): Promise<readonly Slot[]> {
    const startedFrom = this.#served.memory;
    const first = startedFrom.version;
    const other = first === "v2" ? "v1" : "v2";
    try {
      return await this.#ask(first, scope, limit);
    } catch (firstError) {
      if (!isNotServed(firstError)) throw firstError;
      try {
        const slots = await this.#ask(other, scope, limit);
        this.#served.foundOut(other, startedFrom);
        return slots;
      } catch (otherError) {
        // Neither is served: version 2 is the one that should be, so its answer is the one worth reading in the log.
        throw isNotServed(otherError) && first === "v2" ? firstError : otherError;
      }
    }
  }

  async #ask(version: Version, scope: CallScope, limit: number): Promise<readonly Slot[]> {
    const input = { query: { limit } };
    return version === "v2"
      ? slotsOfRanked(await this.#upstream.call(this.#listV2, scope, input))
      : slotsOfFlatList(await this.#upstream.call(this.#listV1, scope, input));
  }
}

export function recommendationsService(upstream: Upstream, options?: ServiceOptions): RecommendationsService {
  return new RecommendationsService(upstream, options);
}

/** 404 or 410: this version is not there. Every other failure is one of a version that is. */
function isNotServed(error: unknown): boolean {
  return isUpstreamError(error) && (error.status === 404 || error.status === 410);
}
