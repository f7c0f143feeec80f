import { isJsonType, mediaTypeOf } from "@triptych/service-kit";
import { ContractError, createSchemas, isObject, placeAt, pointerSegment } from "./document.ts";
import type { Check, JsonObject, Schemas } from "./document.ts";
import { compileParameters } from "./parameters.ts";
import type { ParameterRules } from "./parameters.ts";

/** The rules for one operation's requests. */
export interface Operation {
  readonly parameters: ParameterRules;
  readonly body: BodyRule | undefined;
}

/** What a contract says about a method and path; `allow` lists the methods for a 405. */
export type Found =
  | {
      readonly kind: "operation";
      readonly operation: Operation;
      /** As the contract writes it: `/orders/{orderId}`. */
      readonly template: string;
      readonly pathValues: readonly string[];
    }
  | { readonly kind: "no-path" }
  | { readonly kind: "no-method"; readonly allow: readonly string[] };

/** A published OpenAPI document, compiled so that it can check requests. */
export interface Contract {
  find(method: string, path: string): Found;
}

const METHODS = ["get", "put", "post", "delete", "options", "patch"];

interface PathRule {
  readonly template: string;
  readonly pattern: RegExp;
  /**
   * Segments without a parameter. Paths with more of them match first (OpenAPI 3.1, section
   * 4.8.8.2).
   */
  readonly literals: number;
  readonly operations: ReadonlyMap<string, Operation>;
}

/**
 * Compiles all operations of a document, so that whatever cannot be checked shows at start-up and
 * not with a request.
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
      for (const { template, pattern, operations } of rules) {
        const match = pattern.exec(path);
        if (match === null) continue;
        // RFC 9110, section 9.3.2: HEAD is GET without the content.
        const operation = operations.get(method === "HEAD" ? "GET" : method);
        if (operation !== undefined) {
          return { kind: "operation", operation, template, pathValues: match.slice(1) };
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
    if (name === undefined) return literalSegment(segment);
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
  return { template, pattern: new RegExp(`^${segments.join("/")}$`), literals, operations };
}

function literalSegment(text: string): string {
  if (/[{}]/.test(text)) throw new ContractError(`the path segment "${text}" must be one parameter or none`);
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** The rule for an operation's body. */
export interface BodyRule {
  readonly required: boolean;
  /**
   * By media type, in lower case and without parameters. `undefined` accepts any content of that
   * type.
   */
  readonly content: ReadonlyMap<string, Check | undefined>;
}

/** @throws ContractError */
function compileBody(schemas: Schemas, document: JsonObject, pointer: string): BodyRule {
  const { value, pointer: place } = placeAt(document, pointer);
  if (!isObject(value) || !isObject(value["content"])) throw new ContractError(`${pointer} has no content`);
  const content = new Map<string, Check | undefined>();
  for (const [type, media] of Object.entries(value["content"])) {
    const mediaType = mediaTypeOf(type);
    if (!/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(mediaType)) {
      throw new ContractError(`the media type "${type}" of ${pointer} cannot be checked: name one without *`);
    }
    const hasSchema = isObject(media) && media["schema"] !== undefined && isJsonType(mediaType);
    const schema = `${place}/content/${pointerSegment(type)}/schema`;
    content.set(mediaType, hasSchema ? schemas.json(schema) : undefined);
  }
  return { required: value["required"] === true, content };
}
