import { isOlder, parseVersion } from "../definition/app-version.ts";
import type { VersionParts } from "../definition/app-version.ts";
import type { AnyScreen } from "../definition/screen.ts";
import type { TryLoad, Section } from "../definition/section.ts";
import { whitelist } from "./whitelist.ts";

/** A section that is ready to run: its gates compiled, its types forgotten (`defineScreens` has checked them). */
export type PreparedSection<Clients> = {
  readonly name: string;
  readonly required: boolean;
  readonly deadlineMs: number | undefined;
  readonly load: (clients: Clients, input: unknown, tryLoad: TryLoad<Clients>) => Promise<unknown>;
  /** What the client gets of what was loaded, in the shape that its version knows. */
  readonly present: (loaded: unknown, input: unknown, version: VersionParts | undefined) => unknown;
  /** What stands in when an optional section fails. */
  readonly presentFallback: (version: VersionParts | undefined) => unknown;
};

/** A screen with all that can be made before the first request. */
export type PreparedScreen<Clients> = {
  readonly screen: AnyScreen<Clients>;
  readonly sections: readonly PreparedSection<Clients>[];
};

export function prepare<Clients>(screen: AnyScreen<Clients>): PreparedScreen<Clients> {
  return {
    screen,
    sections: Object.entries(screen.sections).map(([name, section]) => prepareSection(name, section)),
  };
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- `defineScreens` has checked that a section's functions fit each other, its
   path and its changes; here, where sections of all screens run alike, their types can only be forgotten */
function prepareSection<Clients>(
  name: string,
  section: Section<Clients, never, never>,
): PreparedSection<Clients> {
  const gate = whitelist(section.schema);
  const changes = (section.changes ?? []).map(({ until, schema, toOlder }) => {
    const older = { until: versionOf(name, until), gate: whitelist(schema) };
    return {
      until: older.until,
      apply: (newer: unknown, loaded: unknown) => older.gate(toOlder(newer as never, loaded as never)),
    };
  });
  const toVersion = (newest: unknown, loaded: unknown, version: VersionParts | undefined) => {
    let data = newest;
    for (const { until, apply } of changes) {
      if (version === undefined || !isOlder(version, until)) break;
      data = apply(data, loaded);
    }
    return data;
  };
  return {
    name,
    required: section.kind === "required",
    deadlineMs: section.deadlineMs,
    load: (clients, input, tryLoad) => section.load(clients, input as never, tryLoad),
    present: (loaded, input, version) =>
      toVersion(gate(section.shape(loaded as never, input as never)), loaded, version),
    presentFallback: (version) =>
      toVersion(section.kind === "optional" ? section.fallback : undefined, undefined, version),
  };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */

function versionOf(section: string, text: string): VersionParts {
  const version = parseVersion(text);
  if (version === undefined) throw new TypeError(`${section}: ${text} is not a version: write it as 3.0.0`);
  return version;
}
