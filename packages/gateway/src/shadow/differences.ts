import { isObject } from "../contracts/document.ts";
import type { JsonObject } from "../contracts/document.ts";

/** One place in which two answers differ: the items of a list are one place. */
export interface Difference {
  /** A JSON pointer (RFC 6901) with `*` for the index of a list, or the name of what is no body. */
  readonly at: string;
  readonly base: string;
  readonly here: string;
}

/** What of an answer is compared; header names are in lower case. */
export interface Compared {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** JSON; compared as text where it is none. */
  readonly text: string;
}

/** Headers that decide what clients and caches make of an answer. */
const HEADERS = ["content-type", "cache-control", "vary", "location"] as const;

/**
 * Where two answers to the same request differ.
 *
 * @param ignored pointers that do not count, with all that is under them: `/recommendations/*` for
 *   each item
 */
export function differencesOf(
  base: Compared,
  here: Compared,
  ignored: readonly string[] = [],
): readonly Difference[] {
  const found = new Map<string, Difference>();
  const note = (at: string, one: unknown, other: unknown): void => {
    if (!found.has(at)) found.set(at, { at, base: shown(one), here: shown(other) });
  };
  if (base.status !== here.status) note("status", base.status, here.status);
  for (const name of HEADERS) {
    const [one, other] = [base, here].map(({ headers }) => [headers[name] ?? []].flat().join(", "));
    if (one !== other) note(name, one, other);
  }
  const [one, other] = [parsed(base.text), parsed(here.text)];
  if (one === undefined || other === undefined) {
    if (base.text !== here.text) note("body", base.text, here.text);
  } else {
    compare(one.value, other.value, "", note);
  }
  // A problem names its request, which are two.
  const isProblem = base.headers["content-type"] === "application/problem+json";
  const all = isProblem ? ["/instance", ...ignored] : ignored;
  return [...found.values()].filter(
    ({ at }) => !all.some((pointer) => at === pointer || at.startsWith(`${pointer}/`)),
  );
}

type Note = (at: string, one: unknown, other: unknown) => void;

function compare(one: unknown, other: unknown, at: string, note: Note): void {
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) note(at, `${one.length} items`, `${other.length} items`);
    for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
      compare(one[index], other[index], `${at}/*`, note);
    }
  } else if (isObject(one) && isObject(other)) {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const place = `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      compare(memberOf(one, name), memberOf(other, name), place, note);
    }
  } else if (one !== other) {
    note(at === "" ? "/" : at, one, other);
  }
}

function memberOf(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const LONGEST = 60;

function shown(value: unknown): string {
  const text = value === undefined ? "absent" : typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
