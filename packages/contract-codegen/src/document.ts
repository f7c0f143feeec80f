import { parse } from "yaml";
import { ContractError } from "./contract-error.ts";
import { isJsonObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { overlaid } from "./overlay.ts";

export { ContractError, isContractError } from "./contract-error.ts";

/**
 * How many YAML aliases a file may expand to. Contracts are our own files, so the limit is
 * generous; it only has to stop an expansion that never ends.
 */
const MAX_ALIASES = 100_000;

/** One contract: its file's name, for messages and for the generated header, and its text. */
export type Contract = {
  readonly source: string;
  readonly text: string;
  /** An overlay that mends it (OpenAPI Overlay 1.0), of the same form. */
  readonly overlay?: Contract | undefined;
};

/** One OpenAPI file, parsed. */
export type Document = {
  /** The file's name. */
  readonly source: string;
  readonly root: JsonObject;
  /** 3.0 has a schema dialect of its own; 3.1 uses JSON Schema 2020-12. */
  readonly dialect: "3.0" | "3.1";
  /** What its overlay did not find, a sentence each. */
  readonly unmatched?: readonly string[];
};

/**
 * Parses an OpenAPI 3.0 or 3.1 file, YAML or JSON.
 * @throws ContractError when it is not one
 */
export function parseDocument({ source, text, overlay }: Contract): Document {
  const written = parseJson(source, text);
  const { root, unmatched } =
    overlay === undefined
      ? { root: written, unmatched: [] }
      : overlaid(written, overlay.source, parseJson(overlay.source, overlay.text));
  if (!isJsonObject(root)) throw new ContractError(`${source}: expected an OpenAPI document, got no object`);
  const version = own(root, "openapi");
  if (typeof version !== "string" || !/^3\.[01]\.\d+/.test(version)) {
    throw new ContractError(
      `${source}: expected openapi: 3.0.x or 3.1.x, got ${JSON.stringify(version)}; convert the file first`,
    );
  }
  return { source, root, dialect: version.startsWith("3.0") ? "3.0" : "3.1", unmatched };
}

function parseJson(source: string, written: string): Json {
  // Some editors put a byte order mark before the document.
  const text = written.replace(/^\uFEFF/, "");
  try {
    const value: unknown = text.trimStart().startsWith("{")
      ? JSON.parse(text)
      : parse(text, { maxAliasCount: MAX_ALIASES, merge: true });
    // Through JSON, so that a YAML anchor that contains itself fails here and not in an endless
    // walk.
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch (error) {
    throw new ContractError(`${source}: it is neither YAML nor JSON (${String(error)})`, { cause: error });
  }
}
