import { invalidRequest } from "./problem.ts";

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether a text can be an id in any of the four contracts. */
export const isId = (text: string): boolean => ID.test(text);

/** An id from the path. @throws Problem 400 where no such id can exist. */
export function idOf(params: Readonly<Record<string, string>>, name: string): string {
  const id = params[name] ?? "";
  if (!isId(id)) throw invalidRequest(`${name} must be 1 to 64 letters, digits, '_' or '-'.`);
  return id;
}

/** A query parameter that may come once. @throws Problem 400 where it comes twice. */
export function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw invalidRequest(`${name} must be given once, got it ${values.length} times.`);
  return values[0];
}

/** `limit`, or 20 where it is missing. @throws Problem 400 where it is not a whole number of 1 to `max`. */
export function limitOf(query: URLSearchParams, max: number): number {
  const value = single(query, "limit");
  if (value === undefined) return 20;
  const limit = /^[1-9]\d{0,5}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > max)
    throw invalidRequest(`limit must be a whole number from 1 to ${max}, got '${shorten(value)}'.`);
  return limit;
}

/** Enough of a caller's text to recognise it in a message. */
export const shorten = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);
