import type { TLocalizedValidationError } from "typebox/error";

/** What is wrong with a body, in one sentence: the first field that is not as its schema says (never its value), and what was expected. */
export function bodyProblem(errors: readonly TLocalizedValidationError[]): string {
  const [first] = errors;
  const place = first?.instancePath || "/";
  const words = errors.flatMap((error) =>
    error.keyword === "const" && error.instancePath === first?.instancePath
      ? [error.params.allowedValue]
      : [],
  );
  const expected = words.length > 0 ? `must be one of ${words.join(", ")}` : expectationOf(first);
  return `The body is not as it should be at ${place}: it ${expected}.`;
}

function expectationOf(error: TLocalizedValidationError | undefined): string {
  // How TypeBox says that no other fields may be there.
  if (error?.keyword === "boolean") return "must not be there";
  return error?.message ?? "is wrong";
}
