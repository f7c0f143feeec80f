import { ContractError, isObject, placeAt, valueAt } from "./document.ts";
import type { JsonObject, ReadText, Schemas } from "./document.ts";

/** The rule for one parameter. */
export interface ParameterRule {
  readonly name: string;
  readonly required: boolean;
  /** How it lists several values; undefined when it takes one. */
  readonly list: "repeated" | "comma" | undefined;
  readonly read: ReadText;
  /** Whether a value may be any text, so that it may hold an encoded slash: `x-ids: opaque`. */
  readonly opaque: boolean;
}

/** The rules for an operation's parameters, by where they are. */
export interface ParameterRules {
  /** In the order of the path's template. */
  readonly path: readonly ParameterRule[];
  readonly query: ReadonlyMap<string, ParameterRule>;
  /** By lower-case name. */
  readonly header: ReadonlyMap<string, ParameterRule>;
}

/** OpenAPI 3.1, section 4.8.12.2.1: these header parameters are ignored. */
const NOT_PARAMETERS = new Set(["accept", "content-type", "authorization"]);

/**
 * @param places pointers to what has `parameters`: first the path, then the operation, which
 *   overrides it
 * @param pathNames the parameters of the path's template, in order
 * @throws ContractError when a parameter cannot be checked
 */
export function compileParameters(
  schemas: Schemas,
  document: JsonObject,
  places: readonly string[],
  pathNames: readonly string[],
): ParameterRules {
  const path = new Map<string, ParameterRule>();
  const query = new Map<string, ParameterRule>();
  const header = new Map<string, ParameterRule>();
  for (const { value, pointer } of places.flatMap((place) => parametersAt(document, place))) {
    if (!isRead(value)) continue;
    const rule = compileParameter(schemas, document, value, pointer);
    if (value["in"] === "path") path.set(rule.name, rule);
    else if (value["in"] === "query") query.set(rule.name, rule);
    else header.set(rule.name.toLowerCase(), rule);
  }
  const ordered = pathNames.map((name) => {
    const rule = path.get(name);
    if (rule === undefined) throw new ContractError(`the path parameter "${name}" is not described`);
    return rule;
  });
  return { path: ordered, query, header };
}

/** No cookie is forwarded, so none is checked. */
function isRead({ in: place, name }: JsonObject): boolean {
  return place === "header" ? !NOT_PARAMETERS.has(String(name).toLowerCase()) : place !== "cookie";
}

function parametersAt(document: JsonObject, pointer: string): { value: JsonObject; pointer: string }[] {
  const { value: parent, pointer: parentPointer } = placeAt(document, pointer);
  const list = isObject(parent) ? parent["parameters"] : undefined;
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new ContractError(`the parameters of ${pointer} are no list`);
  return list.map((_, index) => {
    const { value, pointer } = placeAt(document, `${parentPointer}/parameters/${index}`);
    if (!isObject(value)) throw new ContractError(`the parameter ${pointer} is no object`);
    return { value, pointer };
  });
}

function compileParameter(
  schemas: Schemas,
  document: JsonObject,
  { name, in: place, required, style, explode, schema, content, allowEmptyValue, "x-ids": ids }: JsonObject,
  pointer: string,
): ParameterRule {
  if (typeof name !== "string" || name === "") throw new ContractError(`the parameter ${pointer} has no name`);
  if (content !== undefined) {
    throw new ContractError(
      `the parameter "${name}" is described by content, which the gateway does not read: give it a schema (JSON in a text is { type: string })`,
    );
  }
  if (schema === undefined) throw new ContractError(`the parameter "${name}" has no schema`);
  const shape = shapeOf(document, `${pointer}/schema`);
  const wrong = whyUnreadable(style, place === "query" ? "form" : "simple", shape);
  if (wrong !== undefined) throw new ContractError(`the parameter "${name}" ${wrong}`);
  const read = schemas.text(`${pointer}/schema`);
  if (allowEmptyValue === true && "wrong" in read(""))
    throw new ContractError(`the parameter "${name}" may be empty, which its schema refuses`);
  return {
    name,
    required: required === true,
    // Only a query can repeat a name: OpenAPI 3.1, section 4.8.12.3.
    list: shape.has("list") ? (place !== "query" || explode === false ? "comma" : "repeated") : undefined,
    read,
    opaque: place === "path" && ids === "opaque",
  };
}

/**
 * What a value of a schema may be, as far as it decides how a parameter is written: `nested` is a
 * list of lists or objects, `untyped` a listed number or boolean that no type reads from its text.
 */
type Shape = Set<"text" | "list" | "object" | "nested" | "untyped">;

/**
 * Why requests with the parameter could not be read, in words that follow its name. What is refused
 * here would be a valid request that is refused later.
 */
function whyUnreadable(style: unknown, usual: string, shape: Shape): string | undefined {
  if (style !== undefined && style !== usual) {
    return `has the style ${JSON.stringify(style)}, which the gateway does not read: write it as ${usual}`;
  }
  if (shape.has("object")) {
    return "may be an object, which the gateway does not read: make each member a parameter";
  }
  if (shape.has("nested")) return "lists what is no single value, which has no one spelling";
  if (shape.has("untyped")) return "lists numbers or booleans and no type that reads them: add their type";
  if (shape.size > 1) return "may be a list or a single value, which look alike: allow one of them";
  return undefined;
}

/** Schemas that contain themselves end here. */
const DEEPEST = 16;

/** Null has no text of its own, so it is not counted. */
function shapeOf(document: JsonObject, pointer: string, depth = 0): Shape {
  const schema = valueAt(document, pointer);
  if (!isObject(schema) || depth > DEEPEST) return new Set(["text"]);
  const inner = (place: string): Shape => shapeOf(document, place, depth + 1);
  const listed = "const" in schema ? [schema["const"]] : [schema["enum"] ?? []].flat();
  const types = [schema["type"] ?? []].flat();
  if (types.length > 0) return ofTypes(types, listed, "items" in schema ? inner(`${pointer}/items`) : new Set());
  const branches = (keyword: string): Shape[] =>
    [schema[keyword] ?? []].flat().map((_, index) => inner(`${pointer}/${keyword}/${index}`));
  // What is beside a reference holds too (OpenAPI 3.1), so the reference is a part as well.
  const parts = [
    ...(typeof schema["$ref"] === "string" ? [inner(schema["$ref"])] : []),
    ...(listed.length > 0 ? [new Set(listed.flatMap(kindOf))] : []),
    ...branches("allOf"),
  ];
  // All parts hold, so the first that says something decides.
  const part = parts.find((one) => one.size > 0 && !one.has("text"));
  if (part !== undefined) return part;
  const either = [...branches("anyOf"), ...branches("oneOf")];
  // Without its `then` or `else`, an `if` allows a text.
  if ("if" in schema)
    for (const keyword of ["then", "else"])
      either.push(keyword in schema ? inner(`${pointer}/${keyword}`) : new Set(["text"]));
  if (either.length > 0) return either.reduce((all, one) => all.union(one), new Set());
  for (const keyword of ["items", "contains"])
    if (keyword in schema) return ofTypes(["array"], [], inner(`${pointer}/${keyword}`));
  const hasOne = (keywords: ReadonlySet<string>): boolean =>
    Object.keys(schema).some((keyword) => keywords.has(keyword));
  if (hasOne(OF_LISTS)) return new Set(["list"]);
  return new Set([hasOne(OF_OBJECTS) ? "object" : "text"]);
}

/** Who writes one of these without a type means a list, or an object. */
const OF_LISTS = new Set(["prefixItems", "minItems", "maxItems", "uniqueItems"]);
const OF_OBJECTS = new Set(
  (
    "properties additionalProperties patternProperties propertyNames required minProperties maxProperties " +
    "dependentRequired dependentSchemas"
  ).split(" "),
);

function ofTypes(types: readonly unknown[], listed: readonly unknown[], items: Shape): Shape {
  const kinds = types.filter((type) => type !== "null");
  const shape: Shape = new Set(
    kinds.map((type) => (type === "array" ? "list" : type === "object" ? "object" : "text")),
  );
  if (shape.has("list") && (items.has("list") || items.has("object") || items.has("nested"))) shape.add("nested");
  if (shape.has("list") && items.has("untyped")) shape.add("untyped");
  // A text that is allowed stays one, so it equals no listed number.
  if (types.includes("string") && listed.flatMap(kindOf).includes("untyped")) shape.add("untyped");
  return shape;
}

function kindOf(value: unknown): ("text" | "list" | "object" | "untyped")[] {
  if (value === null) return [];
  if (Array.isArray(value)) return ["list"];
  return [typeof value === "object" ? "object" : typeof value === "string" ? "text" : "untyped"];
}
