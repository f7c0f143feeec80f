import { pathToFileURL } from "node:url";
import { fieldsAt, isFields, listAt, resolved } from "@triptych/testing/played-service";
import type { Fields } from "@triptych/testing/played-service";

/** A call to show and to test with: as code, and what the service sees of it. */
export interface ExampleCall {
  /** `.getItem({ path: { itemId: "a1" } })` */
  readonly code: string;
  /** `GET` */
  readonly method: string;
  /** As the document has it: `/items/{itemId}`. */
  readonly path: string;
  /** The path and the query, without the server's base path. */
  readonly target: string;
}

/** The simplest to show first. */
const METHODS = ["GET", "DELETE", "POST", "PUT", "PATCH"];

/**
 * The calls of a document that need nothing which cannot be made up, the simplest first: a GET, if
 * there is such a one.
 *
 * @param callable the names of the operations that a client has, by method and path: `GET /items`
 */
export function exampleCalls(
  document: Fields,
  callable: ReadonlyMap<string, string>,
): readonly ExampleCall[] {
  const calls = Object.entries(fieldsAt(document, "paths")).flatMap(([path, value]) => {
    const item = resolved(document, value);
    return METHODS.flatMap((method) => exampleOf(document, callable, { path, item, method }) ?? []);
  });
  const rank = ({ method }: ExampleCall): number => METHODS.indexOf(method);
  return calls.toSorted((one, other) => rank(one) - rank(other) || one.code.length - other.code.length);
}

function exampleOf(
  document: Fields,
  callable: ReadonlyMap<string, string>,
  { path, item, method }: { readonly path: string; readonly item: unknown; readonly method: string },
): ExampleCall | undefined {
  const operation = fieldsAt(item, method.toLowerCase());
  const name = callable.get(`${method} ${path}`);
  const body = resolved(document, operation["requestBody"]);
  if (name === undefined || (isFields(body) && body["required"] === true)) return undefined;
  const places: Record<"path" | "query", Record<string, unknown>> = { path: {}, query: {} };
  for (const parameter of [...listAt(item, "parameters"), ...listAt(operation, "parameters")]) {
    const wanted = resolved(document, parameter);
    if (!isFields(wanted)) continue;
    const { in: place, name: key, required } = wanted;
    // One that takes a key is never called without.
    if (place === "header" && String(key).toLowerCase() === "idempotency-key") return undefined;
    if (required !== true || place === "header") continue;
    if ((place !== "path" && place !== "query") || typeof key !== "string") return undefined;
    // In a literal it would be no member.
    if (key === "__proto__") return undefined;
    const made = valueOf(resolved(document, wanted["schema"]));
    if (made === undefined) return undefined;
    places[place][key] = made;
  }
  const filled = path.replaceAll(/\{([^{}]+)\}/g, (template, key: string) =>
    key in places.path ? String(places.path[key]) : template,
  );
  if (filled.includes("{")) return undefined;
  const query = new URLSearchParams(
    Object.entries(places.query).map(([key, value]) => [key, String(value)]),
  ).toString();
  return {
    code: `${memberOf(name)}(${argumentOf(places)})`,
    method,
    path,
    target: query === "" ? filled : `${filled}?${query}`,
  };
}

/** Only what is the same in a path, in a query and in code. */
function valueOf(schema: unknown): string | number | boolean | undefined {
  if (!isFields(schema)) return undefined;
  const listed: unknown = schema["const"] ?? listAt(schema, "enum").find((value) => value !== null);
  if (typeof listed === "number") return listed;
  if (typeof listed === "string") return /^[\w-]{1,64}$/.test(listed) ? listed : undefined;
  if (listed !== undefined) return undefined;
  const type = listAt(schema, "type")[0] ?? schema["type"];
  if (type === "string") return "a1";
  if (type === "boolean") return true;
  return type === "integer" || type === "number" ? 1 : undefined;
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** A name as a key of an object, in code. */
export function keyOf(name: string): string {
  return NAME.test(name) ? name : JSON.stringify(name);
}

/** What reads a member of this name, in code: `.name`. */
export function memberOf(name: string): string {
  return NAME.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function argumentOf(places: Readonly<Record<"path" | "query", Fields>>): string {
  const members = Object.entries(places).flatMap(([place, values]) => {
    const fields = Object.entries(values).map(([key, value]) => `${keyOf(key)}: ${JSON.stringify(value)}`);
    return fields.length === 0 ? [] : [`${place}: { ${fields.join(", ")} }`];
  });
  return members.length === 0 ? "" : `{ ${members.join(", ")} }`;
}

/** What a generated module says of its operations. */
export interface GeneratedOperations {
  /** The names of those that a client has a method for, by method and path: `GET /items`. */
  readonly callable: ReadonlyMap<string, string>;
  /** What it has not, and why: a line each. */
  readonly leftOut: readonly string[];
}

/** @param file of a generated module, absolute */
export async function generatedOperations(file: string): Promise<GeneratedOperations> {
  const module: unknown = await import(pathToFileURL(file).href);
  const callable = new Map<string, string>();
  const leftOut: string[] = [];
  for (const [name, operation] of Object.entries(fieldsAt(module, "contract"))) {
    const { leftOut: why, unsendable = [], method, path } = Object(operation);
    if (why !== undefined) leftOut.push(`${name}: ${why}`);
    else callable.set(`${method} ${path}`, name);
    if (why === undefined && unsendable.length > 0) {
      leftOut.push(
        `of ${name} only in the query: ${unsendable.join(", ")} (neither values nor lists of values)`,
      );
    }
  }
  return { callable, leftOut };
}
