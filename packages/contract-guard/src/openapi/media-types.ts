import { memberOf, membersOf } from "../json.ts";
import type { Json } from "../json.ts";

/** What a body of one media type holds. */
export type MediaType = {
  /** Any value, where nothing is said. */
  readonly schema: Json;
  readonly encoding: Json | undefined;
};

/** By type and subtype in lower case (RFC 9110, section 8.3.1), without parameters such as a charset. */
export function mediaTypes(content: Json | undefined): ReadonlyMap<string, MediaType> {
  return new Map(
    membersOf(content).map(([name, value]) => [
      name.split(";", 1)[0]?.trim().toLowerCase() ?? name,
      { schema: memberOf(value, "schema") ?? true, encoding: memberOf(value, "encoding") },
    ]),
  );
}
