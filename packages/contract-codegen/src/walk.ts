/**
 * The one place that knows where things are in an OpenAPI document: its parts, their schemas, and
 * the schemas inside a schema. All other files say what to do with what is found.
 */
import { isJsonArray, isJsonObject, listIn, mapMembers, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** The methods that a path item may have (OpenAPI 3.1.1, "Path Item Object"). */
export const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/**
 * Which way a schema's values travel. Services send answers; everything else (parameters, bodies)
 * is sent to them. A named schema may travel both ways.
 */
export type Direction = "answer" | "request" | "named";

/** How a member holds what is inside it: one value, a list, or a map by name. */
type Shape = "one" | "list" | "map";

/** Keywords whose schemas a valid value satisfies (JSON Schema core, sections 10 and 11). */
const ASSERTED = keywords({
  one: "items additionalProperties unevaluatedProperties unevaluatedItems then else",
  list: "allOf anyOf oneOf prefixItems",
  map: "properties patternProperties dependentSchemas",
});

/** Keywords whose schemas decide by failing: a laxer `not` makes the contract stricter. */
const TESTED = keywords({ one: "not if contains propertyNames" });

/** Keywords that hold values and decide validity. The rest (`description`, …) does not. */
const VALUES = new Set(
  (
    "$ref type const enum format pattern minLength maxLength required minimum maximum exclusiveMinimum " +
    "exclusiveMaximum multipleOf minItems maxItems uniqueItems minContains maxContains minProperties " +
    "maxProperties dependentRequired"
  ).split(" "),
);

/** What a part of a document is. */
export type Part = keyof typeof PARTS;
type Members = Readonly<Record<string, readonly [shape: Shape, holds: Part | Direction]>>;

/** The parts of a document on the way to its schemas (OpenAPI 3.1.1, section 4.8). */
const PARTS = {
  document: { paths: ["map", "pathItem"], components: ["one", "components"] },
  components: {
    schemas: ["map", "named"],
    responses: ["map", "response"],
    parameters: ["map", "parameter"],
    headers: ["map", "parameter"],
    requestBodies: ["map", "requestBody"],
    pathItems: ["map", "pathItem"],
  },
  pathItem: {
    ...Object.fromEntries(METHODS.map((method) => [method, ["one", "operation"] as const])),
    parameters: ["list", "parameter"],
  },
  operation: {
    parameters: ["list", "parameter"],
    requestBody: ["one", "requestBody"],
    responses: ["map", "response"],
  },
  response: { headers: ["map", "parameter"], content: ["map", "answerMediaType"] },
  parameter: { schema: ["one", "request"], content: ["map", "requestMediaType"] },
  requestBody: { content: ["map", "requestMediaType"] },
  answerMediaType: { schema: ["one", "answer"] },
  requestMediaType: { schema: ["one", "request"] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly [Shape, string]>>>>;

/**
 * Replaces every outermost schema of a document. Callbacks and webhooks stay as they are, since
 * they describe calls that the service makes.
 *
 * @param visit replaces a schema; `name` is its name where it is a named one
 * @param part replaces any other part (an operation, a parameter, …) before its members are visited
 */
export function mapDocumentSchemas(
  root: JsonObject,
  visit: (schema: Json, direction: Direction, name: string) => Json,
  part: (value: Json, kind: Part) => Json = (value) => value,
): JsonObject {
  const walk = (value: Json, kind: Part | Direction, name: string): Json => {
    if (kind === "answer" || kind === "request" || kind === "named") return visit(value, kind, name);
    const replaced = part(value, kind);
    if (!isJsonObject(replaced)) return replaced;
    const members: Members = PARTS[kind];
    return mapMembers(replaced, (member, memberName) => {
      const [shape, holds] = (Object.hasOwn(members, memberName) && members[memberName]) || [];
      if (shape === undefined || holds === undefined) return member;
      return mapShape(member, shape, (inner, innerName) => walk(inner, holds, innerName));
    });
  };
  const mapped = walk(root, "document", "");
  return isJsonObject(mapped) ? mapped : root;
}

/**
 * Replaces the schemas directly inside a schema; its other members stay.
 * @param which `asserted` visits the schemas that a valid value satisfies, `all` also those that
 * decide by failing (`not`, `if`, …)
 */
export function mapSubschemas(
  schema: JsonObject,
  which: "asserted" | "all",
  map: (schema: Json, keyword: string) => Json,
): JsonObject {
  return mapMembers(schema, (value, keyword) => {
    const shape = ASSERTED.get(keyword) ?? (which === "all" ? TESTED.get(keyword) : undefined);
    return shape === undefined ? value : mapShape(value, shape, (inner) => map(inner, keyword));
  });
}

/** Whether a keyword of a schema decides which values are valid. */
export function decidesValidity(keyword: string): boolean {
  return VALUES.has(keyword) || ASSERTED.has(keyword) || TESTED.has(keyword);
}

/** Schemas that a schema only keeps for references: never applied where they are. */
const KEPT = keywords({ map: "$defs definitions" });

/**
 * Every schema inside a schema, itself included. Only where a schema may be: a `$ref` in an example
 * or an extension is data, and a property may be named `$ref`, `enum` or `example`.
 */
export function schemasIn(schema: Json): readonly JsonObject[] {
  const found: JsonObject[] = [];
  // A queue and not a recursion: references make chains that are longer than the stack is deep.
  const queue: Json[] = [schema];
  for (const inner of queue) {
    if (!isJsonObject(inner)) continue;
    found.push(inner);
    for (const [keyword, value] of Object.entries(inner)) {
      const shape = ASSERTED.get(keyword) ?? TESTED.get(keyword) ?? KEPT.get(keyword);
      if (shape === "one") queue.push(value);
      if (shape === "list" && isJsonArray(value)) for (const item of value) queue.push(item);
      if (shape === "map" && isJsonObject(value)) for (const item of Object.values(value)) queue.push(item);
    }
  }
  return found;
}

/** Every schema of a document, and every other part (a parameter, an answer, …). */
export function objectsIn(root: JsonObject): readonly JsonObject[] {
  const found: JsonObject[] = [];
  mapDocumentSchemas(
    root,
    (schema) => {
      for (const inner of schemasIn(schema)) found.push(inner);
      return schema;
    },
    (part) => {
      if (isJsonObject(part)) found.push(part);
      return part;
    },
  );
  return found;
}

/** The text of an object's `$ref`; undefined where it has none. */
export function referenceOf(value: Json | undefined): string | undefined {
  const reference = own(value, "$ref");
  return typeof reference === "string" ? reference : undefined;
}

/** Every reference of these objects, each once. */
export function referencesOf(objects: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(objects.flatMap((object) => referenceOf(object) ?? []));
}

/** The references that are a branch of some `anyOf` or `oneOf`. */
export function unionMembers(root: JsonObject): ReadonlySet<string> {
  const branches = objectsIn(root).flatMap((object) =>
    listIn(object, "anyOf").concat(listIn(object, "oneOf")),
  );
  return new Set(branches.flatMap((branch) => referenceOf(branch) ?? []));
}

function mapShape(value: Json, shape: Shape, map: (value: Json, name: string) => Json): Json {
  if (shape === "one") return map(value, "");
  if (shape === "list") return isJsonArray(value) ? value.map((item) => map(item, "")) : value;
  return isJsonObject(value) ? mapMembers(value, map) : value;
}

function keywords(shapes: Partial<Record<Shape, string>>): ReadonlyMap<string, Shape> {
  const all: readonly Shape[] = ["one", "list", "map"];
  const named = all.map((shape) => (shapes[shape]?.split(" ") ?? []).map((name) => [name, shape] as const));
  return new Map(named.flat());
}
