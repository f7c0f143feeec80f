import { fieldsAt, isFields, listAt, resolved } from "./openapi-file.ts";
import type { Fields } from "./openapi-file.ts";

/** A call to show and to test with: as code, and what the service sees of it. */
export interface ExampleCall {
  /** `.getItem({ path: { itemId: "a1" } })` */
  readonly code: string;
  readonly method: "GET";
  /** Without what stands before every path. */
  readonly target: string;
}

/**
 * The simplest GET of a document that needs nothing which cannot be made up.
 *
 * @param callable the names of the operations that a client has
 */
export function exampleCall(document: Fields, callable: ReadonlySet<string>): ExampleCall | undefined {
  const calls = Object.entries(fieldsAt(document, "paths")).flatMap(([path, value]) => {
    const item = resolved(document, value);
    const operation = fieldsAt(item, "get");
    const id = operation["operationId"];
    const name = typeof id === "string" ? id : `GET ${path}`;
    if (!callable.has(name)) return [];
    const parameters = [...listAt(item, "parameters"), ...listAt(operation, "parameters")].map((parameter) =>
      resolved(document, parameter),
    );
    return exampleOf(document, name, path, parameters) ?? [];
  });
  return calls.toSorted((one, other) => one.code.length - other.code.length)[0];
}

function exampleOf(
  document: Fields,
  name: string,
  path: string,
  parameters: readonly unknown[],
): ExampleCall | undefined {
  const places: Record<"path" | "query", Record<string, unknown>> = { path: {}, query: {} };
  for (const parameter of parameters) {
    if (!isFields(parameter) || parameter["required"] !== true) continue;
    const { in: place, name: key } = parameter;
    if ((place !== "path" && place !== "query") || typeof key !== "string") return undefined;
    const value = valueOf(resolved(document, parameter["schema"]));
    if (value === undefined) return undefined;
    places[place][key] = value;
  }
  const filled = path.replaceAll(/\{([^}]+)\}/g, (template, key: string) =>
    key in places.path ? String(places.path[key]) : template,
  );
  if (filled.includes("{")) return undefined;
  const query = new URLSearchParams(
    Object.entries(places.query).map(([key, value]) => [key, String(value)]),
  ).toString();
  return {
    code: `${memberOf(name)}(${argumentOf(places)})`,
    method: "GET",
    target: query === "" ? filled : `${filled}?${query}`,
  };
}

/** Only what is the same in a path, in a query and in code. */
function valueOf(schema: unknown): string | number | undefined {
  if (!isFields(schema)) return undefined;
  const [first] = listAt(schema, "enum");
  if (first !== undefined)
    return typeof first === "string" && /^[\w-]{1,64}$/.test(first) ? first : undefined;
  if (schema["type"] === "string") return "a1";
  return schema["type"] === "integer" || schema["type"] === "number" ? 1 : undefined;
}

function memberOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function argumentOf(places: Readonly<Record<"path" | "query", Fields>>): string {
  const members = Object.entries(places).flatMap(([place, values]) => {
    const fields = Object.entries(values).map(([key, value]) => {
      const written = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
      return `${written}: ${JSON.stringify(value)}`;
    });
    return fields.length === 0 ? [] : [`${place}: { ${fields.join(", ")} }`];
  });
  return members.length === 0 ? "" : `{ ${members.join(", ")} }`;
}
