import { ContractError } from "./document.ts";
import type { Document } from "./document.ts";
import { isJsonArray, own } from "./json.ts";
import type { Json } from "./json.ts";
import { objectsIn, referenceOf, referencesOf } from "./walk.ts";

/** How a reference to a named schema begins. */
export const NAMED = "#/components/schemas/";

/**
 * Follows every reference once, so that later steps always find something.
 * @throws ContractError when one points outside the file, at nothing, or in a circle at itself
 */
export function checkReferences(document: Document): void {
  for (const reference of referencesOf(objectsIn(document.root))) dereference(document, { $ref: reference });
}

/**
 * What a local reference points at: a JSON pointer (`#/components/schemas/Order`, RFC 6901) or an
 * anchor (`#order`; JSON Schema 2020-12, core, section 8.2.2).
 * @throws ContractError when it points outside the file or at nothing
 */
export function resolveReference(document: Document, reference: string): Json {
  const value = targetOf(document, reference);
  if (value !== undefined) return value;
  const quoted = JSON.stringify(reference);
  throw new ContractError(
    reference.startsWith("#")
      ? `${document.source}: ${quoted} points at nothing`
      : `${document.source}: expected a reference into this file (#/…), got ${quoted}; bundle the contract into one file`,
  );
}

/** What a local reference points at; undefined where it points at nothing, or outside the file. */
export function targetOf({ root }: Document, reference: string): Json | undefined {
  if (!reference.startsWith("#")) return undefined;
  if (/^#[^/]/.test(reference))
    return objectsIn(root).find((object) => own(object, "$anchor") === reference.slice(1));
  let value: Json | undefined = root;
  for (const segment of reference.split("/").slice(1)) {
    const name = decodeSegment(segment);
    value = isJsonArray(value) ? value[Number(name)] : own(value, name);
  }
  return value;
}

/**
 * Follows references until the value is no reference.
 * @throws ContractError when they run in a circle
 */
export function dereference(document: Document, value: Json): Json {
  const seen = new Set<string>();
  let current = value;
  for (let next = referenceOf(current); next !== undefined; next = referenceOf(current)) {
    if (seen.has(next)) {
      throw new ContractError(`${document.source}: ${JSON.stringify(next)} refers to itself`);
    }
    seen.add(next);
    current = resolveReference(document, next);
  }
  return current;
}

/** Escapes a name for a JSON pointer (RFC 6901, section 3). */
export function encodeSegment(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function decodeSegment(segment: string): string {
  let text = segment;
  try {
    // A pointer in a URI fragment is percent-encoded (RFC 6901, section 6).
    text = decodeURIComponent(segment);
  } catch {
    // A bare percent sign: the segment is not encoded and is taken as it is.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The names, and those that `next` leads to from them, directly or not. */
export function reachable(
  names: Iterable<string>,
  next: (name: string) => Iterable<string>,
): ReadonlySet<string> {
  const found = new Set(names);
  // Iterating a Set also visits what is added during the loop.
  for (const name of found) for (const further of next(name)) found.add(further);
  return found;
}

/** The first of `wanted`, `wanted2`, `wanted3`, … that is not taken. */
export function freeName(wanted: string, taken: ReadonlySet<string>, separator = ""): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}${separator}${count}`;
  return name;
}

/** Names for references, after their pointers: `#/paths/~1orders/get` is `paths_1orders_get`. */
export type ReferenceNames = {
  /** The names by reference, in the order in which they were given. */
  readonly given: ReadonlyMap<string, string>;
  /** The name of the reference, always the same one. */
  readonly of: (reference: string) => string;
};

/** @param taken names that no reference may get */
export function referenceNames(taken: Iterable<string>): ReferenceNames {
  const used = new Set(taken);
  const given = new Map<string, string>();
  const of = (reference: string): string => {
    const known = given.get(reference);
    if (known !== undefined) return known;
    const pointer = reference.startsWith(NAMED)
      ? reference.slice(NAMED.length)
      : reference.replace(/^#\/?/, "");
    const name = freeName(pointer.replaceAll(/[^A-Za-z0-9._-]+/g, "_") || "Document", used, "_");
    used.add(name);
    given.set(reference, name);
    return name;
  };
  return { given, of };
}
