import type { VersionParts } from "../definition/app-version.ts";
import type { AnyScreen } from "../definition/screen.ts";
import type { Section, TryLoad } from "../definition/section.ts";
import { queryReader } from "./query-reader.ts";
import type { QueryValues } from "./query-reader.ts";
import { atOnce } from "./failure.ts";
import { whitelist } from "./whitelist.ts";

/** A section that is ready to run: its whitelists compiled, its own types erased. */
export type PreparedSection<Clients> = {
  readonly name: string;
  readonly required: boolean;
  readonly deadlineMs: number | undefined;
  readonly load: (clients: Clients, input: unknown, tryLoad: TryLoad<Clients>) => Promise<unknown>;
  /** What the client gets of what was loaded, in the shape that its version knows. */
  readonly present: (loaded: unknown, input: unknown, version: VersionParts | undefined) => unknown;
  /** What the client gets when an optional section failed, in the shape that its version knows. */
  readonly presentFallback: (version: VersionParts | undefined) => unknown;
};

/** A screen, with everything made that does not depend on the request. */
export type PreparedScreen<Clients> = {
  readonly screen: AnyScreen<Clients>;
  /** @throws ScreenProblem naming the parameter that is missing or wrong */
  readonly readQuery: (search: string) => QueryValues;
  readonly sections: readonly PreparedSection<Clients>[];
};

/**
 * Compiles a screen, once, at start-up.
 * @throws TypeError if a schema cannot be a whitelist or a query
 */
export function prepare<Clients>(screen: AnyScreen<Clients>): PreparedScreen<Clients> {
  return {
    screen,
    readQuery: queryReader(screen.query, screen.name),
    sections: Object.entries(screen.sections).map(([name, section]) => prepareSection(name, section)),
  };
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- `defineScreens` has checked that a section's
   functions fit each other, its path and its changes; code that runs all sections alike has to erase
   their types */
function prepareSection<Clients>(
  name: string,
  section: Section<Clients, never, never>,
): PreparedSection<Clients> {
  const pick = whitelist(section.schema);
  const toVersion = (newest: unknown, loaded: unknown, version: VersionParts | undefined) => {
    const older = section.changes?.shapeFor(version);
    return older === undefined ? newest : older.fromNewest(newest as never, loaded as never);
  };
  return {
    name,
    required: section.kind === "required",
    deadlineMs: section.deadlineMs,
    load: (clients, input, tryLoad) => section.load(clients, input as never, tryLoad),
    present: (loaded, input, version) =>
      toVersion(pick(atOnce(section.shape(loaded as never, input as never))), loaded, version),
    presentFallback: (version) =>
      toVersion(section.kind === "optional" ? atOnce(section.fallback) : undefined, undefined, version),
  };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */
