import { pruned } from "./enum-positions.ts";
import type { EnumPositions } from "./enum-positions.ts";

/** The enums of an answer: its own tree, and the named trees that it leads to, sorted by name. */
export type AnswerEnums = {
  readonly root: EnumPositions;
  readonly named: ReadonlyMap<string, EnumPositions>;
};

/** All named trees of a document, without the references that lead to no enum. */
export class EnumGraph {
  readonly #alive: ReadonlySet<string>;
  readonly #named: ReadonlyMap<string, EnumPositions>;

  constructor(named: ReadonlyMap<string, EnumPositions>) {
    this.#alive = leadingToAnEnum(named);
    this.#named = new Map([...named].map(([name, positions]) => [name, this.#cut(positions)]));
  }

  /** The enums of an answer whose own tree is this. */
  from(positions: EnumPositions): AnswerEnums {
    const root = this.#cut(positions);
    const reached = new Set(refsOf(root));
    // A Set's iteration reaches what is added while it lasts.
    for (const name of reached) {
      for (const ref of refsOf(this.#named.get(name) ?? {})) reached.add(ref);
    }
    const named = [...reached].toSorted().map((name) => [name, this.#named.get(name) ?? {}] as const);
    return { root, named: new Map(named) };
  }

  #cut(positions: EnumPositions): EnumPositions {
    return pruned(keepRefs(positions, this.#alive));
  }
}

/** From the trees that hold an enum, back along the references to them. */
function leadingToAnEnum(named: ReadonlyMap<string, EnumPositions>): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  for (const [name, positions] of named) {
    for (const ref of refsOf(positions)) users.set(ref, [...(users.get(ref) ?? []), name]);
  }
  const alive = new Set([...named].filter(([, positions]) => hasKnown(positions)).map(([name]) => name));
  for (const name of alive) for (const user of users.get(name) ?? []) alive.add(user);
  return alive;
}

function keepRefs(positions: EnumPositions, kept: ReadonlySet<string>): EnumPositions {
  const { refs = [], properties, items, values, ...rest } = positions;
  const alive = refs.filter((ref) => kept.has(ref));
  const below = Object.entries(properties ?? {}).map(([name, inner]) => [name, keepRefs(inner, kept)]);
  return {
    ...rest,
    ...(below.length === 0 ? {} : { properties: Object.fromEntries(below) }),
    ...(items === undefined ? {} : { items: keepRefs(items, kept) }),
    ...(values === undefined ? {} : { values: keepRefs(values, kept) }),
    ...(alive.length === 0 ? {} : { refs: alive }),
  };
}

function childrenOf({ properties, items, values }: EnumPositions): readonly EnumPositions[] {
  return [...Object.values(properties ?? {}), items, values].filter((child) => child !== undefined);
}

function refsOf(positions: EnumPositions): readonly string[] {
  return [...(positions.refs ?? []), ...childrenOf(positions).flatMap(refsOf)];
}

function hasKnown(positions: EnumPositions): boolean {
  return positions.known !== undefined || childrenOf(positions).some(hasKnown);
}
