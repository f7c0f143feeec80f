import { ContractError, isObject, placeAt } from "./document.ts";
import type { JsonObject } from "./document.ts";
import type { Check, Schemas } from "./schemas.ts";

/** How one parameter is checked. */
export interface ParameterRule {
  readonly name: string;
  readonly required: boolean;
  /** A query parameter that may hold several values, and how they stand there. */
  readonly list: "repeated" | "comma" | undefined;
  readonly check: Check;
}

export interface ParameterRules {
  /** In the order of the path's template. */
  readonly path: readonly ParameterRule[];
  readonly query: ReadonlyMap<string, ParameterRule>;
  /** By lower-case name. */
  readonly header: ReadonlyMap<string, ParameterRule>;
}

/** These describe how HTTP works, not the operation (OpenAPI 3.1, section 4.8.12.2.1). */
const NOT_PARAMETERS = new Set(["accept", "content-type", "authorization"]);

/**
 * @param places where lists of parameters stand, the path's before the operation's, which win
 * @param pathNames the parameters of the path's template, in order
 * @throws ContractError for a parameter that cannot be checked
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
    const rule = compileParameter(schemas, document, value, pointer);
    if (value["in"] === "path") path.set(rule.name, rule);
    else if (value["in"] === "query") query.set(rule.name, rule);
    else if (value["in"] === "header" && !NOT_PARAMETERS.has(rule.name.toLowerCase())) {
      header.set(rule.name.toLowerCase(), rule);
    }
  }
  const ordered = pathNames.map((name) => {
    const rule = path.get(name);
    if (rule === undefined) throw new ContractError(`the path parameter "${name}" is not described`);
    return rule;
  });
  return { path: ordered, query, header };
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
  { name, required, explode, schema }: JsonObject,
  pointer: string,
): ParameterRule {
  if (typeof name !== "string" || name === "") throw new ContractError(`the parameter ${pointer} has no name`);
  if (schema === undefined) throw new ContractError(`the parameter "${name}" has no schema`);
  const { value: written } = placeAt(document, `${pointer}/schema`);
  const isList = isObject(written) && written["type"] === "array";
  return {
    name,
    required: required === true,
    list: isList ? (explode === false ? "comma" : "repeated") : undefined,
    check: schemas.text(`${pointer}/schema`),
  };
}
