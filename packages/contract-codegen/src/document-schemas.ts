import { isJsonArray, isJsonObject, mapMembers } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** Which way a schema's values travel: services send answers; all else (parameters, bodies, callbacks) is what they are sent. */
export type Direction = "answer" | "request" | "named";

export const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

type Visit = (schema: Json, direction: Direction, name: string) => Json;
type Map = (value: Json, name: string) => Json;

/** Replaces every outermost schema of an OpenAPI document, as its structure (3.1.1, section 4.8) says where they are. */
export function mapDocumentSchemas(root: JsonObject, visit: Visit): JsonObject {
  const paths = each(pathItem(visit, "answer"));
  return members(root, {
    paths,
    webhooks: each(pathItem(visit, "request")),
    components: (components) =>
      members(components, {
        schemas: each((schema, name) => visit(schema, "named", name)),
        responses: each(response(visit, "answer")),
        parameters: each(parameter(visit)),
        headers: each(parameter(visit)),
        requestBodies: each(withContent(visit, "request")),
        callbacks: each(each(pathItem(visit, "request"))),
        pathItems: paths,
      }),
  });
}

function pathItem(visit: Visit, answers: Direction): Map {
  const operation: Map = (value) =>
    members(value, {
      parameters: list(parameter(visit)),
      requestBody: withContent(visit, "request"),
      responses: each(response(visit, answers)),
      callbacks: each(each((item, name) => pathItem(visit, "request")(item, name))),
    });
  const methods = Object.fromEntries(METHODS.map((method) => [method, operation]));
  return (value) => members(value, { ...methods, parameters: list(parameter(visit)) });
}

function response(visit: Visit, direction: Direction): Map {
  return (value) => {
    const withHeaders = members(value, { headers: each(parameter(visit)) });
    return withContent(visit, direction)(withHeaders, "");
  };
}

function parameter(visit: Visit): Map {
  return (value) => withContent(visit, "request")(members(value, { schema: requestSchema(visit) }), "");
}

function requestSchema(visit: Visit): Map {
  return (schema, name) => visit(schema, "request", name);
}

function withContent(visit: Visit, direction: Direction): Map {
  const mediaType: Map = (value) =>
    members(value, { schema: (schema, name) => visit(schema, direction, name) });
  return (value) => members(value, { content: each(mediaType) });
}

function members(value: Json, maps: { readonly [name: string]: Map }): JsonObject {
  if (!isJsonObject(value)) return {};
  return mapMembers(value, (member, name) => {
    const map = Object.hasOwn(maps, name) ? maps[name] : undefined;
    return map === undefined ? member : map(member, name);
  });
}

function each(map: Map): Map {
  return (value) => (isJsonObject(value) ? mapMembers(value, map) : value);
}

function list(map: Map): Map {
  return (value) => (isJsonArray(value) ? value.map((item) => map(item, "")) : value);
}
