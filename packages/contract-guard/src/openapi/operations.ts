import { GuardError } from "../finding.ts";
import { elementsOf, isObject, memberOf, membersOf, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { resolve } from "../schema/references.ts";

/** Header parameters that OpenAPI tells readers to ignore (3.1, section 4.8.12). */
const IGNORED_HEADERS = new Set(["accept", "content-type", "authorization"]);

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** What a client may ask for, with everything that its path and its document say about it. */
export type Operation = {
  /** `GET /orders/{orderId}`, as the document has it. */
  readonly name: string;
  /** Its first tag. */
  readonly screen: string | undefined;
  readonly document: JsonObject;
  /** By place and name: a header's name in lower case, a path parameter's position in the path. */
  readonly parameters: ReadonlyMap<string, JsonObject>;
  readonly requestBody: JsonObject | undefined;
  readonly responses: ReadonlyMap<string, JsonObject>;
  /** Undefined where no credentials are asked for. */
  readonly security: Json | undefined;
  readonly servers: readonly string[];
};

/** What a body of one media type holds. */
export type MediaType = {
  /** `true`, so any value, where the contract says nothing. */
  readonly schema: Json;
  readonly encoding: Json | undefined;
};

/**
 * All operations, by a key that is the same for two documents which name a path's parameters
 * differently.
 * @throws GuardError where it is no OpenAPI 3.1 document
 */
export function operationsOf(document: JsonObject): ReadonlyMap<string, Operation> {
  const { openapi, paths } = document;
  if (typeof openapi !== "string" || !openapi.startsWith("3.1.") || !isObject(paths)) {
    throw new GuardError(
      `Expected an OpenAPI 3.1 document with paths, but got openapi: ${JSON.stringify(openapi)}`,
    );
  }
  return new Map(membersOf(paths).flatMap(([path, item]) => operationsAt(path, item, document)));
}

function operationsAt(
  path: string,
  item: Json,
  document: JsonObject,
): readonly (readonly [key: string, operation: Operation])[] {
  const resolved = resolve(item, document);
  const inPath = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
  return membersOf(resolved)
    .filter(([method]) => METHODS.has(method))
    .map(([method, operation]) => {
      const nearest = (name: string): Json | undefined =>
        memberOf(operation, name) ?? memberOf(resolved, name) ?? document[name];
      const listed = [resolved, operation].flatMap((holder) => elementsOf(memberOf(holder, "parameters")));
      const key = `${method} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`;
      return [
        key,
        {
          name: `${method.toUpperCase()} ${path}`,
          screen: elementsOf(memberOf(operation, "tags")).map(textOf)[0],
          document,
          parameters: parametersOf(listed, inPath, document),
          requestBody: objectAt(memberOf(operation, "requestBody"), document),
          responses: namedObjects(memberOf(operation, "responses"), document),
          security: nearest("security"),
          servers: addresses(nearest("servers")),
        },
      ] as const;
    });
}

function parametersOf(
  listed: readonly Json[],
  inPath: readonly string[],
  document: JsonObject,
): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const entry of listed) {
    const parameter = objectAt(entry, document);
    if (parameter === undefined) continue;
    const { in: place } = parameter;
    const name = textOf(parameter["name"]);
    const own = place === "header" ? name.toLowerCase() : name;
    if (place === "header" && IGNORED_HEADERS.has(own)) continue;
    found.set(`${textOf(place)} ${place === "path" ? inPath.indexOf(name) + 1 : own}`, parameter);
  }
  return found;
}

function addresses(servers: Json | undefined): readonly string[] {
  const listed = elementsOf(servers).map((server) => textOf(memberOf(server, "url")).replace(/\/$/, ""));
  // Without servers it is "/" (OpenAPI 3.1, section 4.8.1).
  return listed.length === 0 ? [""] : listed;
}

/** The media types of a body, in lower case (RFC 9110, section 8.3.1) and without parameters. */
export function mediaTypes(content: Json | undefined): ReadonlyMap<string, MediaType> {
  return new Map(
    membersOf(content).map(([name, value]) => [
      name.split(";", 1)[0]?.trim().toLowerCase() ?? name,
      { schema: memberOf(value, "schema") ?? true, encoding: memberOf(value, "encoding") },
    ]),
  );
}

/**
 * What is said about a media type: under its own name, else under the narrowest range that it is in
 * (RFC 9110, section 12.5.1).
 */
export function mediaTypeIn<Value>(types: ReadonlyMap<string, Value>, type: string): Value | undefined {
  return types.get(type) ?? types.get(`${type.split("/", 1)[0]}/*`) ?? types.get("*/*");
}

/** Objects by name, with their references followed. */
export function namedObjects(value: Json | undefined, document: JsonObject): ReadonlyMap<string, JsonObject> {
  return new Map(
    membersOf(value).flatMap(([name, member]) => {
      const object = objectAt(member, document);
      return object === undefined ? [] : [[name, object] as const];
    }),
  );
}

function objectAt(value: Json | undefined, document: JsonObject): JsonObject | undefined {
  const found = resolve(value, document);
  return isObject(found) ? found : undefined;
}
