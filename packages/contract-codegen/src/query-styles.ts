import type { Document } from "./document.ts";
import { isJsonArray, isJsonObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { dereference } from "./references.ts";

/** Query parameters that are not written as one value, or as a list with commas. */
export type QueryStyles = {
  /** Lists with a pair for each item: `a=1&a=2`. */
  readonly repeated: readonly string[];
  /** What has another form, such as `deepObject`: it has to be left out. */
  readonly unsendable: readonly string[];
};

/** How a list or an object goes into the query (3.1.1, "Parameter Object": `style`, `explode`, `content`). */
export function queryStyles(document: Document, parameters: readonly JsonObject[]): QueryStyles {
  // The last of a name counts.
  const styles = new Map(
    parameters.flatMap((parameter) => {
      const name = own(parameter, "name");
      if (own(parameter, "in") !== "query" || typeof name !== "string") return [];
      return [[name, styleOf(document, parameter)] as const];
    }),
  );
  const having = (wanted: Style): string[] =>
    [...styles].flatMap(([name, style]) => (style === wanted ? [name] : []));
  return { repeated: having("repeated"), unsendable: having("unsendable") };
}

type Style = "plain" | "repeated" | "unsendable";

function styleOf(document: Document, parameter: JsonObject): Style {
  if (own(parameter, "content") !== undefined) return "unsendable";
  const style = own(parameter, "style") ?? "form";
  const schema = own(parameter, "schema") ?? true;
  if (mayBe(document, schema, "object")) return "unsendable";
  if (!mayBe(document, schema, "array")) return style === "deepObject" ? "unsendable" : "plain";
  const target = dereference(document, schema);
  const items = isJsonObject(target) ? (own(target, "items") ?? true) : true;
  if (style !== "form" || mayBe(document, items, "object") || mayBe(document, items, "array"))
    return "unsendable";
  return own(parameter, "explode") === false ? "plain" : "repeated";
}

/** Whether the schema says so of itself, or of one of its branches. */
function mayBe(document: Document, schema: Json, type: string, depth = 0): boolean {
  const target = dereference(document, schema);
  // Branches of branches of branches: a schema that contains itself ends here.
  if (!isJsonObject(target) || depth > 5) return false;
  const types = own(target, "type");
  if (types === type || (isJsonArray(types) && types.includes(type))) return true;
  return ["anyOf", "oneOf", "allOf"].some((keyword) => {
    const branches = own(target, keyword);
    return isJsonArray(branches) && branches.some((branch) => mayBe(document, branch, type, depth + 1));
  });
}
