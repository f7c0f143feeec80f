import { InvalidCallError } from "../errors.ts";

/** Response headers from undici: names in lower case, and a list where a name came twice. */
export type ReceivedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Values of header parameters. Undefined is left out. */
export type HeaderParameters = Readonly<Record<string, string | number | boolean | undefined>>;

const NONE: readonly string[] = [];

/** Visible ASCII with inner spaces: a line break would begin another header. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * The header parameters of a call, flat, in the order of their names: they are a part of its key.
 *
 * @param declared the names that the operation's contract lists, in any case
 * @throws InvalidCallError naming the parameter, when it is not declared or cannot be sent
 */
export function headerParameters(
  operation: string,
  declared: readonly string[] = NONE,
  given: HeaderParameters,
): readonly string[] {
  const names = new Set(declared.map((name) => name.toLowerCase()));
  return Object.keys(given)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => {
      const value = given[name];
      if (value === undefined) return NONE;
      if (!names.has(name.toLowerCase()))
        throw new InvalidCallError(`${operation}: ${name} is no header parameter of its contract`);
      if (!VALUE.test(String(value)))
        throw new InvalidCallError(`${operation}: the header ${name} must be visible ASCII, and not empty`);
      return [name.toLowerCase(), String(value)];
    });
}

/** Headers that say how the message was sent, or that only a browser may keep. */
const NOT_TOLD: ReadonlySet<string> = new Set(
  "connection keep-alive transfer-encoding trailer upgrade set-cookie proxy-authenticate".split(" "),
);

/** Puts what a service answered in its headers where the caller asked for it. */
export function tellHeaders(received: ReceivedHeaders, wanted: Headers): void {
  for (const [name, value] of Object.entries(received)) {
    if (value === undefined || NOT_TOLD.has(name)) continue;
    for (const one of [value].flat()) wanted.append(name, one);
  }
}
