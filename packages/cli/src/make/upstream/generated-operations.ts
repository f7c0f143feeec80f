import { pathToFileURL } from "node:url";
import { fieldsAt, isFields, listAt } from "./openapi-file.ts";

/** What a generated module says of its operations. */
export interface GeneratedOperations {
  /** The names of those that a client has a method for. */
  readonly callable: ReadonlySet<string>;
  /** What it has not, and why: a line each. */
  readonly leftOut: readonly string[];
}

/** @param file of a generated module, absolute */
export async function generatedOperations(file: string): Promise<GeneratedOperations> {
  const module: unknown = await import(pathToFileURL(file).href);
  const callable = new Set<string>();
  const leftOut: string[] = [];
  for (const [name, operation] of Object.entries(fieldsAt(module, "contract"))) {
    const why: unknown = isFields(operation) ? operation["leftOut"] : undefined;
    const unsendable = listAt(operation, "unsendable");
    if (typeof why === "string") leftOut.push(`${name}: ${why}`);
    else callable.add(name);
    if (why === undefined && unsendable.length > 0) {
      leftOut.push(
        `of ${name} only in the query: ${unsendable.join(", ")} (neither values nor lists of values)`,
      );
    }
  }
  return { callable, leftOut };
}
