/** A JSON Schema (2020-12), as generated. */
export type AnswerSchema = { readonly [keyword: string]: unknown };

export function isSchema(value: unknown): value is AnswerSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
