import { parse } from "yaml";
import { ContractError } from "./contract-error.ts";
import { isJsonObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** Aliases that one YAML file may expand to: generous, since a contract is our own file; endless expansion still stops. */
const MAX_ALIASES = 100_000;

/** One OpenAPI file, parsed. */
export type Document = {
  /** The file's name, for messages and for the generated header. */
  readonly source: string;
  readonly root: JsonObject;
  /** 3.0 has a schema dialect of its own; 3.1 and later are JSON Schema 2020-12. */
  readonly dialect: "3.0" | "3.1";
};

/**
 * Parses the text of an OpenAPI 3.0 or 3.1 file, YAML or JSON.
 * @throws ContractError when it is not one
 */
export function parseDocument(source: string, text: string): Document {
  const root = parseJson(source, text);
  if (!isJsonObject(root)) throw new ContractError(`${source}: expected an OpenAPI document, got no object`);
  const version = own(root, "openapi");
  if (typeof version !== "string" || !/^3\.[01]\.\d+/.test(version)) {
    throw new ContractError(
      `${source}: expected openapi: 3.0.x or 3.1.x, got ${JSON.stringify(version)}; convert the file first`,
    );
  }
  return { source, root, dialect: version.startsWith("3.0") ? "3.0" : "3.1" };
}

/** By way of JSON, so that a YAML anchor that contains itself is an error here and not an endless walk later. */
function parseJson(source: string, text: string): Json {
  try {
    const value: unknown = text.trimStart().startsWith("{")
      ? JSON.parse(text)
      : parse(text, { maxAliasCount: MAX_ALIASES, merge: true });
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch (error) {
    throw new ContractError(`${source}: it is neither YAML nor JSON (${String(error)})`, { cause: error });
  }
}
