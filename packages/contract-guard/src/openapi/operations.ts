import { GuardError } from "../guard-error.ts";
import { elementsOf, isObject, memberOf, membersOf, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { resolve } from "../schema/references.ts";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** What a client may ask, with everything that its path and its document say for it. */
export type Operation = {
  /** `GET /orders/{orderId}`, as the document has it. */
  readonly name: string;
  /** The same for two documents that name a path's parameters differently. */
  readonly key: string;
  readonly document: JsonObject;
  /** The path's parameters, as they stand in it. */
  readonly pathParameters: readonly string[];
  readonly parameters: ReadonlyMap<string, JsonObject>;
  readonly requestBody: JsonObject | undefined;
  readonly responses: ReadonlyMap<string, JsonObject>;
  /** Undefined where nothing is asked for. */
  readonly security: Json | undefined;
  readonly servers: readonly string[];
};

/** @throws GuardError where it is no OpenAPI 3.1 document */
export function operationsOf(document: JsonObject): ReadonlyMap<string, Operation> {
  const { openapi, paths } = document;
  if (typeof openapi !== "string" || !openapi.startsWith("3.1.") || !isObject(paths)) {
    throw new GuardError(
      `Expected an OpenAPI 3.1 document with paths, but got openapi: ${JSON.stringify(openapi)}`,
    );
  }
  const all = membersOf(paths).flatMap(([path, item]) => operationsAt(path, item, document));
  return new Map(all.map((operation) => [operation.key, operation]));
}

function operationsAt(path: string, item: Json, document: JsonObject): readonly Operation[] {
  const resolved = resolve(item, document);
  return membersOf(resolved)
    .filter(([method]) => METHODS.has(method))
    .map(([method, operation]) => {
      const pathParameters = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
      const own = (name: string): Json | undefined =>
        memberOf(operation, name) ?? memberOf(resolved, name) ?? document[name];
      return {
        name: `${method.toUpperCase()} ${path}`,
        key: `${method} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`,
        document,
        pathParameters,
        parameters: parametersOf(
          [...elementsOf(memberOf(resolved, "parameters")), ...elementsOf(memberOf(operation, "parameters"))],
          pathParameters,
          document,
        ),
        requestBody: objectAt(memberOf(operation, "requestBody"), document),
        responses: namedObjects(memberOf(operation, "responses"), document),
        security: own("security"),
        servers: addresses(own("servers")),
      };
    });
}

/** By place and name: names of headers in any case, those of a path by their position in it. */
function parametersOf(
  listed: readonly Json[],
  inPath: readonly string[],
  document: JsonObject,
): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const entry of listed) {
    const parameter = objectAt(entry, document);
    if (parameter === undefined) continue;
    const { in: place, name } = parameter;
    const own = textOf(name);
    const byPlace = place === "path" ? `${inPath.indexOf(own) + 1}` : own;
    found.set(`${textOf(place)} ${place === "header" ? own.toLowerCase() : byPlace}`, parameter);
  }
  return found;
}

function addresses(servers: Json | undefined): readonly string[] {
  const listed = elementsOf(servers).map((server) => textOf(memberOf(server, "url")).replace(/\/$/, ""));
  // OpenAPI 3.1, section 4.8.1: without servers, it is "/".
  return listed.length === 0 ? [""] : listed;
}

/** Objects by name, with references followed. */
export function namedObjects(value: Json | undefined, document: JsonObject): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const [name, member] of membersOf(value)) {
    const object = objectAt(member, document);
    if (object !== undefined) found.set(name, object);
  }
  return found;
}

function objectAt(value: Json | undefined, document: JsonObject): JsonObject | undefined {
  const found = resolve(value, document);
  return isObject(found) ? found : undefined;
}
