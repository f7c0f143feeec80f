import { latest } from "./critical-path.ts";
import { adviceOn } from "./advisor.ts";
import type { ScreenDefinition } from "./definition.ts";
import { sentCalls, spread } from "./statistics.ts";
import type { Spread } from "./statistics.ts";
import type { KnownRequest } from "./store.ts";

/** A screen and what its last requests did. */
export interface ScreenView {
  readonly app: string;
  readonly owner: string | null;
  readonly name: string;
  readonly definition: ScreenDefinition | undefined;
  readonly requests: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly durationMs: Spread;
  readonly calls: Spread;
  /** Of answers in JSON; undefined where none is kept. */
  readonly bytes: Spread | undefined;
  readonly sections: readonly SectionSummary[];
  /** What to look at, in sentences. */
  readonly advice: readonly string[];
}

/** A section, and the services that it asks. */
export interface SectionSummary {
  readonly name: string;
  readonly required: boolean | undefined;
  readonly durationMs: Spread;
  /** The share of requests in which it was the last to be ready. */
  readonly last: number;
  readonly upstreams: readonly {
    readonly name: string;
    readonly operation: string;
    readonly owner: string | null;
    readonly p95: number;
  }[];
}

/** @param definitions by app */
export function screensOf(
  requests: readonly KnownRequest[],
  definitions: ReadonlyMap<string, readonly ScreenDefinition[]>,
): readonly ScreenView[] {
  const seen = Map.groupBy(requests, ({ app, screen }) => `${app} ${screen}`);
  const shown = new Set(requests.map(({ screen }) => screen));
  const defined = [...definitions].flatMap(([app, screens]) =>
    screens.filter(({ name }) => !shown.has(name)).map(({ name }) => `${app} ${name}`),
  );
  return [...new Set([...defined, ...seen.keys()])]
    .toSorted((a, b) => a.localeCompare(b))
    .map((key) => {
      const [app = "", ...rest] = key.split(" ");
      const name = rest.join(" ");
      // One process may hold several apps: then its name is none of theirs.
      const own = definitions.get(app) ?? [...definitions.values()].flat();
      const definition = own.find((screen) => screen.name === name);
      return screenOf(app, name, seen.get(key) ?? [], definition);
    });
}

function screenOf(
  app: string,
  name: string,
  requests: readonly KnownRequest[],
  definition: ScreenDefinition | undefined,
): ScreenView {
  const outcomes = Object.fromEntries(
    [...Map.groupBy(requests, ({ outcome }) => outcome)].map(([outcome, some]) => [outcome, some.length]),
  );
  const sizes = requests.flatMap(({ exchange }) =>
    exchange !== undefined && /json/.test(exchange.contentType) && exchange.status === 200
      ? [exchange.bytes]
      : [],
  );
  const names = [
    ...new Set([
      ...(definition?.sections ?? []).map((section) => section.name),
      ...requests.flatMap(({ sections, calls }) => [
        ...sections.map((section) => section.name),
        ...calls.flatMap(({ section }) => section ?? []),
      ]),
    ]),
  ];
  return {
    app,
    owner: requests[0]?.owner ?? null,
    name,
    definition,
    requests: requests.length,
    outcomes,
    durationMs: spread(requests.map(({ ownMs }) => ownMs)),
    calls: spread(requests.map(sentCalls)),
    bytes: sizes.length === 0 ? undefined : spread(sizes),
    sections: names.map((section) => sectionOf(section, requests, definition)),
    advice: adviceOn(name, requests, definition, Date.now()),
  };
}

function sectionOf(
  name: string,
  requests: readonly KnownRequest[],
  definition: ScreenDefinition | undefined,
): SectionSummary {
  const runs = requests.flatMap(({ sections }) => sections.filter((section) => section.name === name));
  const calls = requests.flatMap((request) => request.calls.filter(({ section }) => section === name));
  const byOperation = Map.groupBy(calls, ({ upstream, operation }) => `${upstream} ${operation}`);
  const last = requests.filter(({ sections }) => latest(sections)?.name === name).length;
  return {
    name,
    required: definition?.sections.find((section) => section.name === name)?.required,
    durationMs: durations(runs),
    last: requests.length === 0 ? 0 : last / requests.length,
    upstreams: [...byOperation.values()].flatMap((some) => {
      const { p95 } = durations(some);
      return some
        .slice(0, 1)
        .map(({ upstream: name, operation, owner }) => ({ name, operation, owner, p95 }));
    }),
  };
}

const durations = (timed: readonly { readonly durationMs: number }[]): Spread =>
  spread(timed.map(({ durationMs }) => durationMs));
