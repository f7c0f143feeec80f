import { InvalidCallError } from "../errors.ts";

/**
 * How a member of a form is written where it is no plain value: `deepObject` as `a[b][0]=c`,
 * `comma` as `a=1,2`. By default a list is one pair per item, and an object is JSON (OpenAPI 3.1.1,
 * "Encoding Object").
 */
export type FormStyles = Readonly<Record<string, "deepObject" | "comma">>;

/**
 * A body as `application/x-www-form-urlencoded`.
 *
 * @throws InvalidCallError as `textOf` does
 */
export function urlencoded(operation: string, body: object, styles: FormStyles = {}): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const [key, text] of formPairs(operation, name, value, styles[name])) form.append(key, text);
  }
  return form.toString();
}

/** The pairs that one member becomes; none for undefined and null. */
export function* formPairs(
  operation: string,
  name: string,
  value: unknown,
  style: FormStyles[string] | undefined,
): Generator<readonly [name: string, text: string]> {
  if (value === undefined || value === null) return;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    yield [name, textOf(operation, name, value)];
  } else if (style === "deepObject") {
    for (const [key, member] of Object.entries(value))
      yield* formPairs(operation, `${name}[${key}]`, member, style);
  } else if (!Array.isArray(value)) {
    yield [name, JSON.stringify(value)];
  } else if (style === "comma") {
    yield [name, value.map((item) => textOf(operation, name, item)).join(",")];
  } else {
    for (const item of value) yield* formPairs(operation, name, item, style);
  }
}

/**
 * A value to be sent, as text.
 *
 * @throws InvalidCallError for an integer beyond 2^53 - 1: another one may have been rounded to it,
 * and would name another thing; and for NaN and the infinities, which JSON would make null
 */
export function textOf(operation: string, name: string, value: string | number | boolean): string {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new InvalidCallError(`${operation}: ${name} is ${value}, which is no number to send`);
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return String(value);
  throw new InvalidCallError(`${operation}: ${name} may have been rounded: pass it as text`);
}
