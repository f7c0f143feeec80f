import { CallScope, isUpstreamError } from "@triptych/upstream-client";
import type { EndListener, RequestContext } from "@triptych/upstream-client";
import type { VersionParts } from "../definition/app-version.ts";
import type { Degraded, TryLoad } from "../definition/section.ts";
import { reasonOf, reasonOfKind, SectionTimeoutError } from "./failure.ts";
import type { PreparedSection } from "./prepare.ts";

/** One client request, as the sections of its screen see it. */
export type ScreenRequest<Clients> = {
  readonly context: RequestContext;
  readonly clientsOf: (scope: CallScope) => Clients;
  readonly input: unknown;
  /** The app's version; undefined means the newest. */
  readonly version: VersionParts | undefined;
  /** Sections that need no load, by name: a command has just loaded its own. */
  readonly loaded?: Readonly<Record<string, LoadedSection>> | undefined;
};

/** What a section loaded, and why that is less than it should be, if it is. */
export type LoadedSection = { readonly value: unknown; readonly degradation: Degradation | undefined };

/** A part failed that the section can do without (`error`), or stale data was used. */
export type Degradation = Omit<Degraded, "section"> & { readonly error?: unknown };

/** What became of one section. */
export type SectionResult = {
  readonly name: string;
  readonly durationMs: number;
  /** The section's member of the answer; undefined if a required section failed. */
  readonly data: unknown;
  readonly degraded: Degraded | undefined;
  /** What failed: the section, or a part that it can do without. */
  readonly error: unknown;
  /** The section was required and failed, so there is no screen. */
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
    const { value, degradation } =
      request.loaded?.[name] ??
      (await loadIn(scope, clientsOf, (clients, tryLoad) => section.load(clients, input, tryLoad)));
    const data = section.present(value, input, version);
    const durationMs = context.clock.now() - startedAt;
    if (degradation === undefined)
      return { name, durationMs, data, degraded: undefined, error: undefined, fatal: false };
    const { error, ...why } = degradation;
    return { name, durationMs, data, degraded: { section: name, ...why }, error, fatal: false };
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

/**
 * Loads in a scope, until the work is ready, has failed, or the scope's deadline has passed.
 * @throws what the work throws, or SectionTimeoutError
 */
export async function loadIn<Clients>(
  scope: CallScope,
  clientsOf: (scope: CallScope) => Clients,
  work: (clients: Clients, tryLoad: TryLoad<Clients>) => Promise<unknown>,
): Promise<LoadedSection> {
  let failed: Degradation | undefined;
  const tryLoad: TryLoad<Clients> = async (load, { deadlineMs }) => {
    const part = scope.part(deadlineMs);
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
  return { reason: reasonOfKind(stale.kind), ageSeconds: stale.ageSeconds };
}

/** Settles as the work does, or rejects with a SectionTimeoutError if the deadline passes first. */
function beforeDeadline<Value>(scope: CallScope, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const guard: EndListener = {
      onEnd() {
        // An upstream call that ends with the same deadline knows more (which upstream, in which
        // phase), so its error goes first.
        setImmediate(() => reject(new SectionTimeoutError("the section was not ready by its deadline")));
      },
    };
    if (scope.deadline.ended === undefined) scope.deadline.add(guard);
    else guard.onEnd(scope.deadline.ended);
    work.finally(() => scope.deadline.remove(guard)).then(resolve, reject);
  });
}
