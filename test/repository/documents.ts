import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

/** An object of a JSON or YAML document. */
export type Fields = Readonly<Record<string, unknown>>;

/** Steps into a document: a member's name, or a list's index. */
export type Path = readonly (string | number)[];

/** Whether a value is an object, and neither a list nor null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, or `undefined` where any step is missing. A number is a list's index. */
export function at(value: unknown, ...path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof step === "number") found = Array.isArray(found) ? found[step] : undefined;
    else found = isFields(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

/** The text at a path. @throws TypeError where it is missing or not a text, with the path */
export function textAt(value: unknown, ...path: Path): string {
  const found = at(value, ...path);
  if (typeof found === "string") return found;
  throw unexpected("a text", path, found);
}

/** The list at a path; a missing one is empty. @throws TypeError where it is not a list */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = at(value, ...path);
  if (found === undefined) return [];
  if (Array.isArray(found)) return found;
  throw unexpected("a list", path, found);
}

/** The object at a path; a missing one is empty. @throws TypeError where it is not an object */
export function fieldsAt(value: unknown, ...path: Path): Fields {
  const found = at(value, ...path);
  if (found === undefined) return {};
  if (isFields(found)) return found;
  throw unexpected("an object", path, found);
}

function unexpected(wanted: string, path: Path, found: unknown): TypeError {
  return new TypeError(`expected ${wanted} at ${path.join(".")}, but got ${JSON.stringify(found)}`);
}

/** A copy of a document with another value at a path. `undefined` takes the member away. */
export function put(base: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list: readonly unknown[] = Array.isArray(base) ? base : [];
    return list.toSpliced(step, 1, put(list[step], rest, value));
  }
  const { [step]: old, ...others } = isFields(base) ? base : {};
  const changed = put(old, rest, value);
  return changed === undefined ? others : { ...others, [step]: changed };
}

/** A JSON file's value. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The documents of a YAML file. @throws Error as `parseDocuments` does */
export function readDocuments(path: string): unknown[] {
  return parseDocuments(readFileSync(path, "utf8"), path);
}

/**
 * The documents of a YAML text. `name` is for the message.
 * @throws Error where it is not YAML, has a key twice, or has anything that the parser warns about
 */
export function parseDocuments(text: string, name: string): unknown[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  return [...documents].map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new Error(`${name}: ${problem.message}`, { cause: problem });
    // Aliases and merge keys hide from a reviewer what is really there.
    return document.toJS({ maxAliasCount: 0 });
  });
}
