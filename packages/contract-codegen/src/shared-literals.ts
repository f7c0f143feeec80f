import { Code, literal } from "./literal.ts";
import type { Literal } from "./literal.ts";
import { freeName } from "./references.ts";

/** Shorter ones are easier to read where they are used. */
const SHORT = 100;

/**
 * Values that several operations have, such as a parameter of every list: each is written once, in
 * a table.
 *
 * @param uses every use, with the value's name in the table, if that is free
 */
export function sharedLiterals(uses: readonly (readonly [wanted: string, value: Literal])[]) {
  const found = new Map<string, { readonly name: string; readonly value: Literal; uses: number }>();
  const taken = new Set<string>();
  for (const [wanted, value] of uses) {
    const text = literal(value);
    if (text.length < SHORT) continue;
    const known = found.get(text) ?? { name: freeName(wanted, taken, "_"), value, uses: 0 };
    known.uses += 1;
    found.set(text, known);
    taken.add(known.name);
  }
  const shared = new Map([...found].filter(([, known]) => known.uses > 1));
  /** The value, or its place in the table. */
  const of = (value: Literal): Literal => {
    const known = shared.get(literal(value));
    return known === undefined ? value : new Code(`shared[${JSON.stringify(known.name)}]`);
  };
  return { of, table: new Map([...shared.values()].map(({ name, value }) => [name, value])) };
}
