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
  readonly needsUser: boolean;
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
  /** Whether visitors without a login get it: it has a section for them, and requires no other. */
  readonly admitsVisitors: boolean;
};

/**
 * Compiles a screen, once, at start-up.
 * @throws TypeError if a schema cannot be a whitelist or a query, or a cache may keep what only
 * users get
 */
export function prepare<Clients>(screen: AnyScreen<Clients>): PreparedScreen<Clients> {
  const { name, publicSeconds } = screen;
  if (publicSeconds !== undefined && !(Number.isInteger(publicSeconds) && publicSeconds > 0))
    throw new TypeError(
      `${name}: publicSeconds must be a whole number of at least 1, but it is ${publicSeconds}`,
    );
  if (publicSeconds !== undefined && !admitsVisitors(screen))
    throw new TypeError(
      `${name}: it has publicSeconds, but its required sections need a user: set needsUser: false`,
    );
  return {
    screen,
    admitsVisitors: admitsVisitors(screen),
    readQuery: queryReader(screen.query, screen.name),
    sections: Object.entries(screen.sections).map(([name, section]) => prepareSection(name, section)),
  };
}

/** Whether visitors without a login get a screen. */
export function admitsVisitors<Clients>({ sections }: Pick<AnyScreen<Clients>, "sections">): boolean {
  const all = Object.values(sections);
  const isForVisitors = ({ needsUser = true }: (typeof all)[number]) => !needsUser;
  return all.some(isForVisitors) && all.filter(({ kind }) => kind === "required").every(isForVisitors);
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
    needsUser: section.needsUser ?? true,
    deadlineMs: section.deadlineMs,
    load: (clients, input, tryLoad) => section.load(clients, input as never, tryLoad),
    present: (loaded, input, version) =>
      toVersion(pick(atOnce(section.shape(loaded as never, input as never))), loaded, version),
    presentFallback: (version) =>
      toVersion(section.kind === "optional" ? atOnce(section.fallback) : undefined, undefined, version),
  };
}
/* oxlint-enable typescript/no-unsafe-type-assertion */
