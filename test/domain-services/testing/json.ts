/** A member deep inside a JSON text, by a dotted path; undefined where there is none. */
export function at(text: string, path: string): unknown {
  const document: unknown = JSON.parse(text);
  return path.split(".").reduce<unknown>(memberOf, document);
}

/** The list at a dotted path. @throws TypeError where there is none. */
export function listAt(text: string, path: string): unknown[] {
  const list = at(text, path);
  if (Array.isArray(list)) return list;
  throw new TypeError(`no list at '${path}' of ${text.slice(0, 200)}`);
}

/** A member of a JSON value. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** A text inside a JSON value, by a dotted path. @throws TypeError where there is none. */
export function textAt(value: unknown, path: string): string {
  const found = path.split(".").reduce<unknown>(memberOf, value);
  if (typeof found === "string") return found;
  throw new TypeError(`no text at '${path}' of ${JSON.stringify(value).slice(0, 200)}`);
}

/** A number inside a JSON value, by a dotted path. @throws TypeError where there is none. */
export function numberAt(value: unknown, path: string): number {
  const found = path.split(".").reduce<unknown>(memberOf, value);
  if (typeof found === "number") return found;
  throw new TypeError(`no number at '${path}' of ${JSON.stringify(value).slice(0, 200)}`);
}
