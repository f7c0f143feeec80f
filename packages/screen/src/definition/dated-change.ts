import type { TSchema } from "typebox";
import type { AppVersion } from "./app-version.ts";
import type { Shaped } from "./section.ts";

/**
 * A change of a section's shape that released clients do not know yet: apps older than `until` get the older shape, made from
 * the one that came after it.
 */
export type DatedChange<Loaded> = {
  /** The first app version that knows the newer shape, such as `3.0.0`. */
  readonly until: AppVersion;
  /** What changed and why, for whoever asks when this may be removed. */
  readonly note: string;
  /** The older shape. Only the fields that it names leave the process. */
  readonly schema: TSchema;
  /** @param loaded what the section's `load` gave; undefined where the fallback stands in */
  readonly toOlder: (newer: never, loaded: Loaded | undefined) => unknown;
};

/** Writes a dated change down with its types checked: `newer` is the shape that follows it. */
export function datedChange<Loaded, Newer extends TSchema, Older extends TSchema>(change: {
  readonly until: AppVersion;
  readonly note: string;
  readonly newer: Newer;
  readonly older: Older;
  readonly toOlder: (newer: Shaped<Newer>, loaded: Loaded | undefined) => Shaped<Older>;
}): DatedChange<Loaded> {
  const { until, note, older, toOlder } = change;
  return { until, note, schema: older, toOlder };
}
