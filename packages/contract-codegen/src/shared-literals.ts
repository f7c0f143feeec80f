import { Code, literal } from "./literal.ts";
import type { Literal } from "./literal.ts";
import { freeName } from "./references.ts";

/** Shorter ones are easier to read where they are used. */
const SHORT = 100;

/**
 * Values that several operations have, such as a parameter of every list: each is written once, in
 * a table. First every use is added, then `of` knows which are shared.
 */
export class SharedLiterals {
  readonly #found = new Map<string, { readonly name: string; readonly value: Literal; uses: number }>();
  readonly #taken = new Set<string>();

  /** @param wanted the name in the table, if it is free */
  add(wanted: string, value: Literal): void {
    const text = literal(value);
    if (text.length < SHORT) return;
    const known = this.#found.get(text);
    if (known !== undefined) {
      known.uses += 1;
      return;
    }
    const name = freeName(wanted, this.#taken, "_");
    this.#taken.add(name);
    this.#found.set(text, { name, value, uses: 1 });
  }

  /** The value, or its place in the table. */
  of(value: Literal): Literal {
    const known = this.#found.get(literal(value));
    return known !== undefined && known.uses > 1 ? new Code(`shared[${JSON.stringify(known.name)}]`) : value;
  }

  /** The shared values by name. */
  get table(): ReadonlyMap<string, Literal> {
    return new Map(
      [...this.#found.values()].flatMap(({ name, value, uses }) => (uses > 1 ? [[name, value]] : [])),
    );
  }
}
