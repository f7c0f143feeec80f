import { CallScope } from "@triptych/upstream-client";
import type { EndListener, RequestContext } from "@triptych/upstream-client";
import type { VersionParts } from "../form/app-version.ts";
import type { Degraded } from "../form/degraded.ts";
import { reasonOf, reasonOfKind } from "./failure.ts";
import type { PreparedSection } from "./prepare.ts";
import { SectionTimeoutError } from "./section-errors.ts";

/** One client request, as the sections of its screen see it. */
export type ScreenRequest<Clients> = {
  readonly context: RequestContext;
  readonly clientsOf: (scope: CallScope) => Clients;
  readonly input: unknown;
  /** The app's version; undefined for the newest. */
  readonly version: VersionParts | undefined;
  /** What is loaded already, by section: a command has just got it. */
  readonly loaded?: Readonly<Record<string, unknown>> | undefined;
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
  request: ScreenRequest<Clients>,
): Promise<SectionResult> {
  const { context, clientsOf, input, version } = request;
  const startedAt = context.clock.now();
  const scope = new CallScope(context, section.deadlineMs);
  const { name } = section;
  try {
    const loaded =
      request.loaded !== undefined && name in request.loaded
        ? request.loaded[name]
        : await beforeDeadline(scope, section.load(clientsOf(scope), input));
    const data = section.present(loaded, input, version);
    const degraded = staleness(name, scope);
    return {
      name,
      durationMs: context.clock.now() - startedAt,
      data,
      degraded,
      error: undefined,
      fatal: false,
    };
  } catch (error) {
    const durationMs = context.clock.now() - startedAt;
    if (section.required)
      return { name, durationMs, data: undefined, degraded: undefined, error, fatal: true };
    const degraded = { section: name, reason: reasonOf(error) };
    return { name, durationMs, data: section.presentFallback(version), degraded, error, fatal: false };
  } finally {
    scope.dispose();
  }
}

function staleness(section: string, { stale }: CallScope): Degraded | undefined {
  if (stale === undefined) return undefined;
  return { section, reason: reasonOfKind(stale.kind), ageSeconds: Math.round(stale.ageSeconds) };
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
