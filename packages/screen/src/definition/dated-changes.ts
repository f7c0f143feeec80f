import { atOnce } from "../run/failure.ts";
import type { Static, TSchema } from "typebox";
import { whitelist } from "../run/whitelist.ts";
import type { Shaped } from "../run/whitelist.ts";
import { isOlder, versionParts } from "./app-version.ts";
import type { AppVersion, VersionParts } from "./app-version.ts";

/** A shape of a section that apps older than `until` know, and how it is made. */
type OlderShape<Newest, Loaded> = {
  readonly until: VersionParts;
  readonly schema: TSchema;
  /**
   * @throws what a `toOlder` throws, or SectionBrokenError if its result does not match `schema`
   */
  readonly fromNewest: (newest: Newest, loaded: Loaded | undefined) => unknown;
};

/** The older shapes of a section, for apps that are released already. */
export type DatedChanges<Newest, Loaded> = {
  /** The shape that an app of that version knows; undefined if that is the newest. */
  readonly shapeFor: (version: VersionParts | undefined) => OlderShape<Newest, Loaded> | undefined;
};

/** One change: the shape that was there before it, and how that is made from the shape after it. */
type DatedChange<Newer, Older extends TSchema, Loaded> = {
  /** What changed and why, for the person who asks whether it can be removed. */
  readonly note: string;
  /** The older shape. Only fields named here are sent. */
  readonly older: Older;
  /** @param loaded what the section's `load` gave; undefined when `newer` is the fallback */
  readonly toOlder: (newer: Newer, loaded: Loaded | undefined) => Shaped<Older>;
};

type Chain<Newest, Loaded, Oldest> = DatedChanges<Newest, Loaded> & {
  /**
   * Adds a change, the newest first. Its `toOlder` gets what the change before it in the chain
   * made.
   * @param version the first app version that knows the newer shape; older apps get the older one
   * @throws TypeError if it is not older than the version of the change before
   */
  readonly until: <Older extends TSchema, More = unknown>(
    version: AppVersion,
    change: DatedChange<Oldest, Older, More>,
  ) => Chain<Newest, Loaded & NoInfer<More>, Static<Older>>;
};

/**
 * The changes of a section's shape that released apps do not know yet: a chain that starts at the
 * section's schema, `datedChanges<typeof Schema>().until("3.1.0", …).until("3.0.0", …)`.
 */
export function datedChanges<Newest extends TSchema>(): Chain<Shaped<Newest>, unknown, Shaped<Newest>> {
  return chain([], (newest) => newest);
}

function chain<Newest, Loaded, Oldest>(
  shapes: readonly OlderShape<Newest, Loaded>[],
  toOldest: (newest: Newest, loaded: Loaded | undefined) => Oldest,
): Chain<Newest, Loaded, Oldest> {
  return {
    shapeFor: (version) =>
      version === undefined ? undefined : shapes.findLast(({ until }) => isOlder(version, until)),
    until: <Older extends TSchema, More>(version: AppVersion, change: DatedChange<Oldest, Older, More>) => {
      const until = versionParts(version, change.note);
      const before = shapes.at(-1)?.until;
      if (before !== undefined && !isOlder(until, before)) {
        throw new TypeError(
          `The change until ${version} (${change.note}) follows the one until ${before.join(".")}: list the newest first`,
        );
      }
      const pick = whitelist(change.older);
      const fromNewest = (newest: Newest, loaded: (Loaded & More) | undefined) =>
        pick(atOnce(change.toOlder(toOldest(newest, loaded), loaded)));
      return chain([...shapes, { until, schema: change.older, fromNewest }], fromNewest);
    },
  };
}
