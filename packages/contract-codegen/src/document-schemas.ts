import { isJsonArray, isJsonObject, mapMembers } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** Which way a schema's values travel: services send answers; all else (parameters, bodies) is what they are sent. */
export type Direction = "answer" | "request" | "named";

export const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

type Visit = (schema: Json, direction: Direction, name: string) => Json;
type Map = (value: Json, name: string) => Json;
/** What is done for each schema, and before it for each other part: operations, parameters, answers and the like. */
type Visitor = { readonly visit: Visit; readonly part: (value: Json) => Json };

/**
 * Replaces every outermost schema of a document, as OpenAPI's structure (3.1.1, section 4.8) says where they are. Callbacks and webhooks
 * stay as they are: they call others.
 *
 * @param part replaces an OpenAPI object (an operation, a parameter, an answer, …) before its own members are gone into
 */
export function mapDocumentSchemas(
  root: JsonObject,
  visit: Visit,
  part: (value: Json) => Json = (value) => value,
): JsonObject {
  const visitor = { visit, part };
  const paths = each(pathItem(visitor));
  const components = {
    schemas: each((schema, name) => visit(schema, "named", name)),
    responses: each(response(visitor)),
    parameters: each(parameter(visitor)),
    headers: each(parameter(visitor)),
    requestBodies: each(withContent(visitor, "request")),
    pathItems: paths,
  };
  const mapped = members(visitor, { paths, components: members(visitor, components) })(root, "");
  return isJsonObject(mapped) ? mapped : root;
}

function pathItem(visitor: Visitor): Map {
  const parameters = list(parameter(visitor));
  const operation = members(visitor, {
    parameters,
    requestBody: withContent(visitor, "request"),
    responses: each(response(visitor)),
  });
  const methods = Object.fromEntries(METHODS.map((method) => [method, operation]));
  return members(visitor, { ...methods, parameters });
}

function response(visitor: Visitor): Map {
  return members(visitor, { headers: each(parameter(visitor)), content: content(visitor, "answer") });
}

function parameter(visitor: Visitor): Map {
  return members(visitor, {
    schema: (schema, name) => visitor.visit(schema, "request", name),
    content: content(visitor, "request"),
  });
}

function withContent(visitor: Visitor, direction: Direction): Map {
  return members(visitor, { content: content(visitor, direction) });
}

function content(visitor: Visitor, direction: Direction): Map {
  return each(members(visitor, { schema: (schema, name) => visitor.visit(schema, direction, name) }));
}

function members({ part }: Visitor, maps: { readonly [name: string]: Map }): Map {
  return (value) => {
    const own = part(value);
    if (!isJsonObject(own)) return own;
    return mapMembers(own, (member, name) => {
      const map = Object.hasOwn(maps, name) ? maps[name] : undefined;
      return map === undefined ? member : map(member, name);
    });
  };
}

function each(map: Map): Map {
  return (value) => (isJsonObject(value) ? mapMembers(value, map) : value);
}

function list(map: Map): Map {
  return (value) => (isJsonArray(value) ? value.map((item) => map(item, "")) : value);
}
