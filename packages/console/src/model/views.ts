/** When something was, ms from the request's start. */
export interface Timed {
  readonly startMs: number;
  readonly durationMs: number;
}

/** What became of one section. */
export interface SectionView extends Timed {
  readonly name: string;
  readonly outcome: string;
  /** One word; null where the section is as it should be. */
  readonly reason: string | null;
}

/** One attempt at a call, or a call that was answered without one. */
export interface CallView extends Timed {
  readonly section: string | null;
  readonly upstream: string;
  readonly operation: string;
  /** The team that owns the service; null where the catalogue does not say. */
  readonly owner: string | null;
  readonly address: string | null;
  /** From 1. */
  readonly attempt: number;
  readonly kind: string;
  /** `ok`, or in one word why not. */
  readonly outcome: string;
  readonly status: number | null;
  /** `none | miss | fresh | stale | revalidated | coalesced` */
  readonly cache: string;
  readonly bytes: number;
  /** Whether the request would have been sooner without it. */
  critical: boolean;
  /** Where its time went, ms. A part that is not known is null. */
  readonly parts: Readonly<Record<"queueMs" | "connectMs" | "waitMs" | "bodyMs", number | null>>;
  /** What the deadline left when it began, ms. */
  readonly leftMs: number | null;
  readonly cacheAgeMs: number | null;
  /** Why the cache did not keep the answer: `no-store`, for example. */
  readonly notKept: string | null;
  /** In words, where a rule answered instead of the upstream: an open breaker, for example. */
  readonly note: string | null;
}

/** A server that the request passed on its way: the gateway, then the BFF. */
export interface LayerView extends Timed {
  readonly app: string;
  readonly name: string;
  readonly owner: string | null;
  readonly status: number | null;
}

/** One request as the console shows it. */
export interface RequestView {
  /** The span of the BFF's server: unique, also where clients send a request id twice. */
  readonly key: string;
  /** The request id, as in `X-Request-Id` and the log. */
  readonly id: string;
  readonly traceId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly app: string;
  readonly owner: string | null;
  readonly screen: string;
  readonly method: string;
  readonly status: number | null;
  /** `complete | degraded | failed`; `refused` for a 4xx that no screen answered. */
  readonly outcome: string;
  /** Where the exporting program says so; our own spans name no person. */
  readonly user: string | null;
  /** The code of the problem that was answered. */
  readonly problem: string | null;
  /** As the client waited, in the outermost layer. */
  readonly durationMs: number;
  /** Only in the BFF. */
  readonly ownMs: number;
  readonly layers: readonly LayerView[];
  readonly sections: readonly SectionView[];
  readonly calls: readonly CallView[];
}
