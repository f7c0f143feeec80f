import { CallScope } from "@triptych/upstream-client";
import type { RequestContext } from "@triptych/upstream-client";
import type { VersionParts } from "../definition/app-version.ts";
import type { Degraded } from "../definition/degraded.ts";
import { reasonOf } from "./failure.ts";
import { loadIn } from "./load.ts";
import type { LoadedSection } from "./load.ts";
import type { PreparedSection } from "./prepare.ts";

/** One client request, as the sections of its screen see it. */
export type ScreenRequest<Clients> = {
  readonly context: RequestContext;
  readonly clientsOf: (scope: CallScope) => Clients;
  readonly input: unknown;
  /** The app's version; undefined for the newest. */
  readonly version: VersionParts | undefined;
  /** What is loaded already, by section: a command has just got it. */
  readonly loaded?: Readonly<Record<string, LoadedSection>> | undefined;
};

/**
 * What became of one section. `data` is what the answer holds for it; only a failed required section has none. `error` is what failed:
 * the section, or a part of it that it can do without.
 */
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
