import { isDeepStrictEqual } from "node:util";
import type { TSchema } from "typebox";
import { isOlder, versionParts } from "./app-version.ts";
import type { VersionParts } from "./app-version.ts";
import type { DatedChange } from "./section.ts";

type Changed = { readonly schema: TSchema; readonly changes?: readonly DatedChange<never>[] };

/**
 * A section's changes with their versions, the newest first. Each must start from the shape that the
 * one before it makes, or an old app would get a shape that fits no schema: an empty section.
 * @param name the section's, for the message
 * @throws TypeError if they are in another order, or one starts from another shape
 */
export function datedChanges(
  name: string,
  { schema, changes = [] }: Changed,
): readonly (DatedChange<never> & { readonly version: VersionParts })[] {
  const dated = changes.map((change) =>
    Object.assign({}, change, { version: versionParts(change.until, name) }),
  );
  for (const [index, { until, version, newer }] of dated.entries()) {
    const before = dated[index - 1];
    if (before !== undefined && !isOlder(version, before.version)) {
      throw new TypeError(
        `${name}: the change until ${until} is listed after the one until ${before.until}: list the newest first`,
      );
    }
    if (isDeepStrictEqual(newer, before?.schema ?? schema)) continue;
    const start =
      before === undefined ? "the section's schema" : `the older shape of the one until ${before.until}`;
    throw new TypeError(
      `${name}: the change until ${until} must start from ${start}: make that its \`newer\``,
    );
  }
  return dated;
}
