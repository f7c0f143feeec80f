import { CallScope, isUpstreamError } from "@triptych/upstream-client";
import type { EndListener, RequestContext } from "@triptych/upstream-client";
import type { VersionParts } from "../definition/app-version.ts";
import type { Degraded } from "../definition/degraded.ts";
import type { TryLoad } from "../definition/section.ts";
import { errorOf, isOurBug, reasonOf, reasonOfKind, SectionTimeoutError } from "./failure.ts";
import type { PreparedSection } from "./prepare.ts";

/** One client request, as the sections of its screen see it. */
export type ScreenRequest<Clients> = {
  readonly context: RequestContext;
  readonly clientsOf: (scope: CallScope) => Clients;
  readonly input: unknown;
  /** The app's version; undefined means the newest. */
  readonly version: VersionParts | undefined;
  /** What each section waits for besides its own load, if anything: what `show` needs. */
  readonly before?: Promise<unknown> | undefined;
  /** The text of a section in the answer's media type. It may throw: views do. */
  readonly show: (section: SectionResult) => string;
  /** Sections that need no load, by name: a command has just loaded its own. */
  readonly loaded?: Readonly<Record<string, LoadedSection>> | undefined;
};

/** What a section loaded, and why a part of it is missing or stale, if so. */
export type LoadedSection = { readonly value: unknown; readonly degradation: Degradation | undefined };

/** Stale data was used, or a part failed that the section can do without (then with `error`). */
export type Degradation = Omit<Degraded, "section"> & { readonly error?: unknown };

/** What became of one section. */
export type SectionResult = {
  readonly name: string;
  /** Milliseconds on the request's clock, and how long it took to load and to shape. */
  readonly startedAt: number;
  readonly durationMs: number;
  /**
   * `stale`: made from stale data. `fallback`: holds its fallback, or lacks a part. `login`: holds
   * its fallback, as it is for users only and a visitor asks. `failed`: it cannot be shown, so
   * there is no screen.
   */
  readonly outcome: "ok" | "stale" | "fallback" | "login" | "failed";
  /** The section's member of the answer; undefined if it failed. */
  readonly data: unknown;
  /** Why it is `stale`, `fallback` or `failed`. */
  readonly degraded: Degraded | undefined;
  /** What failed: the section, or a part that it can do without. */
  readonly error: unknown;
};

/** A section, and the text that shows it in the answer's media type: JSON or markup. */
export type ShownSection = SectionResult & { readonly text: string };

/**
 * Runs one section until it is ready, has failed, or its deadline has passed. If code of the screen
 * throws, an optional section is shown as its fallback. A required one is shown as failed, and so
 * is one whose fallback cannot be shown.
 * @param onReady called once; must not throw
 */
export function runSection<Clients>(
  section: PreparedSection<Clients>,
  request: ScreenRequest<Clients>,
  onReady: (section: ShownSection) => void,
): void {
  const { context, clientsOf, input, before } = request;
  const startedAt = context.clock.now();
  if (section.needsUser && context.caller.userId === undefined)
    return onReady(showToVisitor(section, request, startedAt));
  const scope = new CallScope(context, section.deadlineMs, section.name);
  const onFailed = (error: Error): void => {
    const result = showWithout(section, request, startedAt, error);
    scope.dispose();
    onReady(result);
  };
  const onLoaded = (loaded: LoadedSection): void => {
    let result: ShownSection;
    try {
      result = showLoaded(section, request, startedAt, loaded);
    } catch (error) {
      return onFailed(causeOf(scope, errorOf(error)));
    }
    scope.dispose();
    onReady(result);
  };
  // It waits outside its scope: what its text needs must not cost a section its own deadline.
  const onLoadedFirst = (loaded: LoadedSection): void => {
    scope.dispose();
    before?.then(
      () => onLoaded(loaded),
      (error) => onFailed(errorOf(error)),
    );
  };
  const known = request.loaded?.[section.name];
  if (known !== undefined) return onLoaded(known);
  loadIn(scope, clientsOf, (clients, tryLoad) => section.load(clients, input, tryLoad), {
    onLoaded: before === undefined ? onLoaded : onLoadedFirst,
    onFailed,
  });
}

/** @throws what the section's `shape` or `show` throws */
function showLoaded<Clients>(
  section: PreparedSection<Clients>,
  { context, input, version, show }: ScreenRequest<Clients>,
  startedAt: number,
  { value, degradation }: LoadedSection,
): ShownSection {
  const { name } = section;
  const data = section.present(value, input, version);
  const timed = { name, startedAt, durationMs: context.clock.now() - startedAt, data };
  if (degradation === undefined) {
    return shown({ ...timed, outcome: "ok", degraded: undefined, error: undefined }, show);
  }
  const { error, ...why } = degradation;
  const outcome = why.ageSeconds === undefined ? "fallback" : "stale";
  return shown({ ...timed, outcome, degraded: { section: name, ...why }, error }, show);
}

/**
 * Shows the fallback of a section that only users get. A visitor misses nothing that should be
 * there.
 */
function showToVisitor<Clients>(
  section: PreparedSection<Clients>,
  request: ScreenRequest<Clients>,
  startedAt: number,
): ShownSection {
  const timed = { name: section.name, startedAt, durationMs: 0 };
  try {
    const data = section.presentFallback(request.version);
    return shown({ ...timed, outcome: "login", data, degraded: undefined, error: undefined }, request.show);
  } catch (thrown) {
    return showWithout(section, request, startedAt, errorOf(thrown));
  }
}

/** Shows a section's fallback, or that it failed. */
function showWithout<Clients>(
  section: PreparedSection<Clients>,
  { context, version, show }: ScreenRequest<Clients>,
  startedAt: number,
  error: Error,
): ShownSection {
  const { name } = section;
  const timed = { name, startedAt, durationMs: context.clock.now() - startedAt };
  let latest = error;
  if (!section.required) {
    try {
      const data = section.presentFallback(version);
      const degraded = { section: name, reason: reasonOf(error) };
      return shown({ ...timed, outcome: "fallback", data, degraded, error }, show);
    } catch (broken) {
      latest = errorOf(broken);
    }
  }
  try {
    return shown(failedSection(timed, latest), show);
  } catch (broken) {
    return { ...failedSection(timed, errorOf(broken)), text: "" };
  }
}

/** A section that cannot be shown. */
export function failedSection(
  timed: Pick<SectionResult, "name" | "startedAt" | "durationMs">,
  error: Error,
): SectionResult {
  const degraded = { section: timed.name, reason: reasonOf(error) };
  return { ...timed, outcome: "failed", data: undefined, degraded, error };
}

/** @throws what `show` throws: a view is code of the screen */
function shown(result: SectionResult, show: (result: SectionResult) => string): ShownSection {
  return { ...result, text: show(result) };
}

/** How some work ended: exactly one is called, once. They must not throw. */
type WorkEnd<Value> = {
  readonly onLoaded: (value: Value) => void;
  /** Gets what the work threw, or a SectionTimeoutError. */
  readonly onFailed: (error: Error) => void;
};

/** Loads in a scope, until the work is ready, has failed, or the scope's deadline has passed. */
export function loadIn<Clients>(
  scope: CallScope,
  clientsOf: (scope: CallScope) => Clients,
  work: (clients: Clients, tryLoad: TryLoad<Clients>) => Promise<unknown>,
  { onLoaded, onFailed }: WorkEnd<LoadedSection>,
): void {
  let failed: Degradation | undefined;
  const tryLoad: TryLoad<Clients> = (load, { deadlineMs }) =>
    new Promise((resolve, reject) => {
      const part = scope.part(deadlineMs);
      beforeDeadline(part, () => load(clientsOf(part)), {
        onLoaded(value) {
          part.dispose();
          if (part.stale !== undefined) scope.usedStale(part.stale);
          if (part.leftOut !== undefined) scope.lacks(part.leftOut);
          if (part.broken !== undefined) scope.usedBroken(part.broken);
          resolve(value);
        },
        onFailed(error) {
          part.dispose();
          // A bug must not pass for a service's failure.
          if (!isServiceFailure(error)) return reject(error);
          failed ??= { reason: reasonOf(error), error };
          resolve(undefined);
        },
      });
    });
  beforeDeadline(scope, () => work(clientsOf(scope), tryLoad), {
    onLoaded: (value) => onLoaded({ value, degradation: failed ?? lackOf(scope) }),
    onFailed: (error) => onFailed(causeOf(scope, error)),
  });
}

/** Whether a service failed, or did not answer in time. */
export function isServiceFailure(error: Error): boolean {
  return isUpstreamError(error) || error instanceof SectionTimeoutError;
}

/** Code that fails on an answer that breaks its contract is no bug of ours. */
function causeOf({ broken }: CallScope, error: Error): Error {
  return broken !== undefined && isOurBug(error) ? broken : error;
}

function lackOf({ stale, leftOut }: CallScope): Degradation | undefined {
  if (leftOut !== undefined) return { reason: reasonOf(leftOut), error: leftOut };
  if (stale === undefined) return undefined;
  return { reason: reasonOfKind(stale.kind), ageSeconds: stale.ageSeconds };
}

/** Ends as the work does, or with a SectionTimeoutError if the deadline passes first. */
function beforeDeadline<Value>(
  { deadline }: CallScope,
  work: () => Promise<Value>,
  { onLoaded, onFailed }: WorkEnd<Value>,
): void {
  let isWaiting = true;
  const once =
    <Result>(then: (result: Result) => void) =>
    (result: Result): void => {
      if (!isWaiting) return;
      isWaiting = false;
      deadline.remove(guard);
      then(result);
    };
  const fail = once((thrown: unknown) => onFailed(errorOf(thrown)));
  const guard: EndListener = {
    onEnd() {
      // An upstream call that ends with the same deadline knows more (which upstream, in which
      // phase), so its error goes first.
      setImmediate(() => fail(new SectionTimeoutError("the section was not ready by its deadline")));
    },
  };
  if (deadline.ended === undefined) deadline.add(guard);
  else guard.onEnd(deadline.ended);
  try {
    // A screen's `load` may return a plain value instead of a promise.
    Promise.resolve(work()).then(once(onLoaded), fail);
  } catch (error) {
    fail(error);
  }
}
