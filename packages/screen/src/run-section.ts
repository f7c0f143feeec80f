import { CallScope } from "@triptych/upstream-client";
import type { EndListener, RequestContext } from "@triptych/upstream-client";
import type { Degraded } from "./degraded.ts";
import { reasonOf, reasonOfKind } from "./failure.ts";
import { SectionTimeoutError } from "./section-errors.ts";

/** A section that is ready to run: its gate compiled, its kind settled. */
export type PreparedSection<Clients> = {
  readonly name: string;
  readonly required: boolean;
  readonly fallback: unknown;
  readonly deadlineMs: number | undefined;
  readonly produce: (clients: Clients, input: never) => Promise<unknown>;
  readonly gate: (data: unknown) => unknown;
};

/** What became of one section. `data` is what the answer holds for it; only a failed required section has none. */
export type SectionResult = {
  readonly name: string;
  readonly durationMs: number;
  readonly data: unknown;
  readonly degraded: Degraded | undefined;
  readonly error: unknown;
  /** The section was required and failed: there is no screen. */
  readonly fatal: boolean;
};

/** Runs one section until it is ready, has failed, or its deadline has passed. Never rejects. */
export async function runSection<Clients>(
  section: PreparedSection<Clients>,
  request: RequestContext,
  clientsOf: (scope: CallScope) => Clients,
  input: never,
): Promise<SectionResult> {
  const startedAt = request.clock.now();
  const scope = new CallScope(request, section.deadlineMs);
  const { name } = section;
  try {
    const data = section.gate(await beforeDeadline(scope, section.produce(clientsOf(scope), input)));
    const { stale } = scope;
    const degraded =
      stale === undefined
        ? undefined
        : { section: name, reason: reasonOfKind(stale.kind), ageSeconds: Math.round(stale.ageSeconds) };
    return {
      name,
      durationMs: request.clock.now() - startedAt,
      data,
      degraded,
      error: undefined,
      fatal: false,
    };
  } catch (error) {
    const durationMs = request.clock.now() - startedAt;
    if (section.required)
      return { name, durationMs, data: undefined, degraded: undefined, error, fatal: true };
    const degraded = { section: name, reason: reasonOf(error) };
    return { name, durationMs, data: section.fallback, degraded, error, fatal: false };
  } finally {
    scope.dispose();
  }
}

/** The work's own end, or a time-out when it goes on after its scope's deadline. */
function beforeDeadline(scope: CallScope, work: Promise<unknown>): Promise<unknown> {
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
