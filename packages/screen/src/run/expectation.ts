import type { TLocalizedValidationError } from "typebox/error";

/** What the first value that is wrong should be, in words that follow its name. Never quotes it. */
export function expectationOf(errors: readonly TLocalizedValidationError[]): string {
  const [first] = errors;
  if (first === undefined) return "is wrong";
  if (first.keyword === "enum") return oneOf(first.params.allowedValues);
  // TypeBox reports a field that `additionalProperties: false` forbids under this keyword.
  if (first.keyword === "boolean") return "must not be there";
  const words = errors.flatMap((error) =>
    error.keyword === "const" && error.instancePath === first.instancePath ? [error.params.allowedValue] : [],
  );
  return words.length > 0 ? oneOf(words) : first.message;
}

function oneOf(words: readonly unknown[]): string {
  return `must be one of ${words.join(", ")}`;
}
