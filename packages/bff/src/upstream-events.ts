import type { Logger, Metrics } from "@triptych/service-kit";
import type { Clock, UpstreamEvents } from "@triptych/upstream-client";

/** A limit that stays reached is told again after this time, ms. */
const AGAIN_AFTER_MS = 10_000;
/** Broken fields that are named in the log, at most. */
const MAX_NAMED = 1_000;

/**
 * Counts what upstreams do, and logs each change of state: a breaker's, an address's, a limit's. A
 * limit that is reached by one call is reached by many, so its line comes once in 10 s. A field
 * that breaks its contract is named once.
 */
export function upstreamEvents({
  metrics: { upstreams: counted },
  logger,
  clock,
}: {
  readonly metrics: Pick<Metrics, "upstreams">;
  readonly logger: Logger;
  readonly clock: Clock;
}): UpstreamEvents {
  const toldAt = new Map<string, number>();
  const named = new Set<string>();
  const tell = (upstream: string, limit: string): void => {
    const key = `${upstream} ${limit}`;
    const last = toldAt.get(key);
    if (last !== undefined && clock.now() - last < AGAIN_AFTER_MS) return;
    toldAt.set(key, clock.now());
    logger.warn({ upstream, limit, from: "below", to: "reached" }, "limit reached");
  };
  return {
    ...counted,
    breakerChange(event) {
      counted.breakerChange(event);
      const { upstream, operation, from, to, openMs } = event;
      const level = to === "open" ? "warn" : "info";
      logger[level]({ upstream, operation, from, to, openMs }, "breaker changed");
    },
    ejection(event) {
      counted.ejection(event);
      const { upstream, address, change, forMs } = event;
      const [from, to] = change === "ejected" ? ["in use", "ejected"] : ["ejected", "in use"];
      logger[change === "ejected" ? "warn" : "info"](
        { upstream, address, from, to, forMs },
        "address changed",
      );
    },
    contractViolation(event) {
      counted.contractViolation(event);
      const { upstream, operation, field } = event;
      const key = `${upstream}\n${operation}\n${field}`;
      if (named.has(key) || named.size >= MAX_NAMED) return;
      named.add(key);
      logger.warn({ ...event }, "an answer breaks its contract, and is used as it is");
    },
    queueWait(event) {
      counted.queueWait(event);
      if (event.result === "overloaded") tell(event.upstream, "bulkhead");
    },
    retry(event) {
      counted.retry(event);
      if (event.decision === "budget-exhausted") tell(event.upstream, "retry budget");
    },
  };
}
