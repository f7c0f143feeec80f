import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

/**
 * Reads a YAML file of one or more documents.
 * @throws Error where it is not YAML, says a key twice, or says anything that YAML only warns about
 */
export function readDocuments(path: string): unknown[] {
  return parseDocuments(readFileSync(path, "utf8"), path);
}

/** The same, of a text. `name` is for the message. */
export function parseDocuments(text: string, name: string): unknown[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  return [...documents].map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new Error(`${name}: ${problem.message}`, { cause: problem });
    // Aliases and merge keys hide what a reviewer must see in its place.
    return document.toJS({ maxAliasCount: 0 });
  });
}
