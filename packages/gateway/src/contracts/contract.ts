import { ContractError, isObject, placeAt, pointerSegment } from "./document.ts";
import type { JsonObject } from "./document.ts";
import { compileBody } from "./operation-body.ts";
import type { BodyRule } from "./operation-body.ts";
import { compileParameters } from "./parameters.ts";
import type { ParameterRules } from "./parameters.ts";
import { createSchemas } from "./schemas.ts";
import type { Schemas } from "./schemas.ts";

/** What a contract says about one operation's request. */
export interface Operation {
  readonly parameters: ParameterRules;
  readonly body: BodyRule | undefined;
}

export type Found =
  | { readonly kind: "operation"; readonly operation: Operation; readonly pathValues: readonly string[] }
  | { readonly kind: "no-path" }
  | { readonly kind: "no-method"; readonly allow: readonly string[] };

/** A published OpenAPI document, made ready to check requests. */
export interface Contract {
  find(method: string, path: string): Found;
}

const METHODS = ["get", "put", "post", "delete", "options", "patch"];

interface PathRule {
  readonly pattern: RegExp;
  /** Segments without a parameter; the more, the more concrete a path is (OpenAPI 3.1, section 4.8.8.2). */
  readonly literals: number;
  readonly operations: ReadonlyMap<string, Operation>;
}

/**
 * Compiles every operation of a document, so that what cannot be checked shows at start and not with a request.
 *
 * @throws ContractError
 */
export function compileContract(document: JsonObject): Contract {
  const schemas = createSchemas(document);
  const paths = document["paths"];
  if (!isObject(paths)) throw new ContractError("the contract has no paths");
  const rules = Object.keys(paths)
    .map((template) => compilePath(schemas, document, template))
    .toSorted((a, b) => b.literals - a.literals);
  return {
    find(method, path) {
      for (const { pattern, operations } of rules) {
        const match = pattern.exec(path);
        if (match === null) continue;
        // RFC 9110, section 9.3.2: HEAD is GET without the content.
        const operation = operations.get(method === "HEAD" ? "GET" : method);
        if (operation !== undefined) {
          return { kind: "operation", operation, pathValues: match.slice(1) };
        }
        const allow = [...operations.keys()];
        return { kind: "no-method", allow: allow.includes("GET") ? [...allow, "HEAD"] : allow };
      }
      return { kind: "no-path" };
    },
  };
}

function compilePath(schemas: Schemas, document: JsonObject, template: string): PathRule {
  const { value: item, pointer } = placeAt(document, `#/paths/${pointerSegment(template)}`);
  if (!template.startsWith("/")) throw new ContractError(`the path "${template}" must start with a slash`);
  if (!isObject(item)) throw new ContractError(`the path "${template}" is no object`);
  const pathNames: string[] = [];
  const segments = template.split("/").map((segment) => {
    const name = /^\{([^{}]+)\}$/.exec(segment)?.[1];
    if (name === undefined) return escapeRegExp(segment);
    pathNames.push(name);
    return "([^/]+)";
  });
  const operations = new Map<string, Operation>();
  for (const method of METHODS) {
    const operation = item[method];
    if (!isObject(operation)) continue;
    const place = `${pointer}/${method}`;
    operations.set(method.toUpperCase(), {
      parameters: compileParameters(schemas, document, [pointer, place], pathNames),
      body: operation["requestBody"] === undefined ? undefined : compileBody(schemas, document, `${place}/requestBody`),
    });
  }
  const literals = segments.length - pathNames.length;
  return { pattern: new RegExp(`^${segments.join("/")}$`), literals, operations };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
