import { CallScope, isUpstreamError } from "@triptych/upstream-client";
import type { EndListener } from "@triptych/upstream-client";
import type { Degraded } from "../definition/degraded.ts";
import type { TryLoad } from "../definition/section.ts";
import { reasonOf, reasonOfKind } from "./failure.ts";
import { SectionTimeoutError } from "./section-errors.ts";

/** What a section loaded, and what of it is not as it should be. */
export type LoadedSection = { readonly value: unknown; readonly degradation: Degradation | undefined };

/** A part that the section does without failed (`error`), or stale data stood in. */
export type Degradation = Omit<Degraded, "section"> & { readonly error?: unknown };

/**
 * Loads in a scope: until the work is ready, has failed, or the scope's deadline has passed.
 * @throws what the work throws, or SectionTimeoutError
 */
export async function loadIn<Clients>(
  scope: CallScope,
  clientsOf: (scope: CallScope) => Clients,
  work: (clients: Clients, tryLoad: TryLoad<Clients>) => Promise<unknown>,
): Promise<LoadedSection> {
  let failed: Degradation | undefined;
  const tryLoad: TryLoad<Clients> = async (load, { deadlineMs }) => {
    const part = new CallScope(scope.request, deadlineMs);
    try {
      const loaded = await beforeDeadline(part, load(clientsOf(part)));
      if (part.stale !== undefined) scope.usedStale(part.stale);
      return loaded;
    } catch (error) {
      // A bug must not pass for a service's failure.
      if (!isUpstreamError(error) && !(error instanceof SectionTimeoutError)) throw error;
      failed ??= { reason: reasonOf(error), error };
      return undefined;
    } finally {
      part.dispose();
    }
  };
  const value = await beforeDeadline(scope, work(clientsOf(scope), tryLoad));
  return { value, degradation: failed ?? staleness(scope) };
}

function staleness({ stale }: CallScope): Degradation | undefined {
  if (stale === undefined) return undefined;
  return { reason: reasonOfKind(stale.kind), ageSeconds: Math.round(stale.ageSeconds) };
}

/** The work's own end, or a time-out when it goes on after its scope's deadline. */
function beforeDeadline<Value>(scope: CallScope, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const guard: EndListener = {
      onEnd() {
        // The upstream calls end with the same deadline and know more (which upstream, in which phase), so they go first.
        setImmediate(() => reject(new SectionTimeoutError("the section was not ready by its deadline")));
      },
    };
    if (scope.deadline.ended === undefined) scope.deadline.add(guard);
    else guard.onEnd(scope.deadline.ended);
    work.then(resolve, reject).finally(() => scope.deadline.remove(guard));
  });
}
