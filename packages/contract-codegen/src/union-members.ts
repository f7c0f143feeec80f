import { isJsonArray, isJsonObject, own } from "./json.ts";
import type { Json } from "./json.ts";

/** The references that stand as a branch of some `anyOf` or `oneOf`. */
export function unionMembers(root: Json): ReadonlySet<string> {
  const members = new Set<string>();
  const walk = (value: Json): void => {
    if (isJsonArray(value)) value.forEach(walk);
    if (!isJsonObject(value)) return;
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = own(value, keyword);
      if (!isJsonArray(branches)) continue;
      for (const branch of branches) {
        const reference = isJsonObject(branch) ? own(branch, "$ref") : undefined;
        if (typeof reference === "string") members.add(reference);
      }
    }
    Object.values(value).forEach(walk);
  };
  walk(root);
  return members;
}
