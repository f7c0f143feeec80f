import { pathToFileURL } from "node:url";
import { fieldsAt, isFields } from "./openapi-file.ts";

/** What a generated module says of its operations. */
export interface GeneratedOperations {
  /** The names of those that a client has a method for. */
  readonly callable: ReadonlySet<string>;
  /** How many have none. */
  readonly left: number;
}

/** @param file of a generated module, absolute */
export async function generatedOperations(file: string): Promise<GeneratedOperations> {
  const module: unknown = await import(pathToFileURL(file).href);
  const operations = Object.entries(fieldsAt(module, "contract"));
  const callable = operations.filter(
    ([, operation]) =>
      isFields(operation) &&
      (operation["method"] === "GET" || operation["method"] === "POST") &&
      operation["answer"] !== undefined,
  );
  return { callable: new Set(callable.map(([name]) => name)), left: operations.length - callable.length };
}
