import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** The members of a document's object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Aliases that one YAML file may expand to, as for contract-codegen. */
const MAX_ALIASES = 100_000;

/** Reads an OpenAPI document, JSON or YAML. @throws Error where it is neither */
export function readDocument(file: string): Fields {
  const text = readFileSync(file, "utf8");
  const value: unknown = text.trimStart().startsWith("{")
    ? JSON.parse(text)
    : parse(text, { maxAliasCount: MAX_ALIASES, merge: true });
  if (isFields(value)) return value;
  throw new TypeError(`${file} must hold an OpenAPI document, but holds no object`);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member, where there is an object with one. */
export function fieldsAt(value: unknown, name: string): Fields {
  const member = isFields(value) ? value[name] : undefined;
  return isFields(member) ? member : {};
}

export function listAt(value: unknown, name: string): readonly unknown[] {
  const member: unknown = isFields(value) ? value[name] : undefined;
  return Array.isArray(member) ? member : [];
}

/** What a local reference means; everything else means itself. */
export function resolved(document: Fields, value: unknown): unknown {
  let target = value;
  // A reference to a reference is legal; one to itself is not, and ends here.
  for (let steps = 0; steps < 10 && isFields(target) && typeof target["$ref"] === "string"; steps += 1) {
    const [, ...segments] = target["$ref"].split("/");
    target = segments.reduce<unknown>((place, segment) => {
      const name = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
      return Array.isArray(place) ? place[Number(name)] : isFields(place) ? place[name] : undefined;
    }, document);
  }
  return target;
}
