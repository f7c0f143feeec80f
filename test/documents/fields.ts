/** A document's object. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands at a path, or `undefined` where any step is missing. A number is a list's index. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof step === "number") found = Array.isArray(found) ? found[step] : undefined;
    else found = isFields(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

/** The text at a path. @throws TypeError where there is none, with the path */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found === "string") return found;
  throw new TypeError(`expected a text at ${path.join(".")}, but got ${JSON.stringify(found)}`);
}

/** The list at a path; a missing one is empty. @throws TypeError where something else stands there */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  if (found === undefined) return [];
  if (Array.isArray(found)) return found;
  throw new TypeError(`expected a list at ${path.join(".")}, but got ${JSON.stringify(found)}`);
}

/** The object at a path; a missing one is empty. @throws TypeError where something else stands there */
export function fieldsAt(value: unknown, ...path: readonly (string | number)[]): Fields {
  const found = at(value, ...path);
  if (found === undefined) return {};
  if (isFields(found)) return found;
  throw new TypeError(`expected an object at ${path.join(".")}, but got ${JSON.stringify(found)}`);
}
