/** What stands in an answer where the service sent a value that the contract does not list. */
const UNKNOWN = "unknown";

/** Where enums stand in an answer, as generated: a tree, in which `refs` go on under a name. */
export type EnumPositions = {
  readonly known?: readonly (string | number)[];
  readonly free?: boolean;
  readonly properties?: { readonly [name: string]: EnumPositions };
  /** Of members that `properties` does not name. */
  readonly values?: EnumPositions;
  readonly items?: EnumPositions;
  readonly refs?: readonly string[];
};

export type AnswerEnums = {
  readonly root: EnumPositions;
  readonly named: { readonly [name: string]: EnumPositions };
};

/** The answer with what the contract does not list replaced, and the fields where that was. */
export type Replaced = { readonly answer: unknown; readonly fields: readonly string[] };

/**
 * Replaces values that the contract does not list by `unknown`, in place: the body was parsed for
 * this one call. Fields are named without indices (`orders.status`; `*` for any key of a map), each
 * once.
 */
export type ReplaceUnknown = (body: unknown) => Replaced;

const NONE: readonly string[] = [];

/** Compiles the positions: an answer in which all is known then costs a look-up per enum. */
export function compileReplaceUnknown(enums: AnswerEnums): ReplaceUnknown {
  const root = new Compiler(enums.named).place([enums.root]);
  return (body) => {
    if (root === undefined || !holdsUnknown(body, root)) return { answer: body, fields: NONE };
    const fields = new Set<string>();
    const answer = replaced(body, { place: root, field: "", above: undefined }, fields);
    return { answer, fields: [...fields] };
  };
}

/**
 * One place in answers: what is known there, and the places below it. Recursive where the contract
 * is.
 */
type Place = {
  known: ReadonlySet<unknown> | undefined;
  /** Undefined for members that are named only so that they are not taken for a map's. */
  readonly properties: Map<string, Place | undefined>;
  values: Place | undefined;
  items: Place | undefined;
  /**
   * Those of `properties` that are to be looked at, as a list: iterating over a map makes an array
   * per member.
   */
  members: readonly { readonly name: string; readonly place: Place }[] | undefined;
};

/**
 * Turns positions into places. Where a union's branches lead to several names, one place stands for
 * all of them, and what any of them lists is known; so a place is made once for each set of
 * positions.
 */
class Compiler {
  readonly #named: AnswerEnums["named"];
  readonly #places = new Map<string, Place>();
  readonly #ids = new Map<EnumPositions, number>();

  constructor(named: AnswerEnums["named"]) {
    this.#named = named;
  }

  /** Undefined where nothing is to be looked at. */
  place(positions: readonly EnumPositions[]): Place | undefined {
    const all = this.#withNamed(positions);
    if (all.length === 0) return undefined;
    const key = all.map((one) => this.#idOf(one)).join();
    const made = this.#places.get(key);
    if (made !== undefined) return made;
    const listed = all.some((one) => one.free === true) ? [] : all.flatMap((one) => one.known ?? []);
    const place: Place = {
      known: listed.length === 0 ? undefined : new Set(listed),
      properties: new Map(),
      values: undefined,
      items: undefined,
      members: undefined,
    };
    // Before the places below it: a recursive contract comes back to it.
    this.#places.set(key, place);
    for (const name of new Set(all.flatMap((one) => Object.keys(one.properties ?? {})))) {
      const below = this.place(all.flatMap((one) => one.properties?.[name] ?? []));
      place.properties.set(name, below);
    }
    place.values = this.place(all.flatMap((one) => one.values ?? []));
    place.items = this.place(all.flatMap((one) => one.items ?? []));
    return place;
  }

  #withNamed(positions: readonly EnumPositions[]): readonly EnumPositions[] {
    const all = new Set(positions);
    for (const one of all) {
      for (const name of one.refs ?? []) {
        const target = this.#named[name];
        if (target !== undefined) all.add(target);
      }
    }
    // What only refers is no place of its own: a contract that contains itself comes back to the
    // place it started from.
    return [...all].filter((one) => Object.keys(one).some((key) => key !== "refs"));
  }

  #idOf(positions: EnumPositions): number {
    const id = this.#ids.get(positions) ?? this.#ids.size;
    this.#ids.set(positions, id);
    return id;
  }
}

function holdsUnknown(value: unknown, place: Place): boolean {
  if (typeof value === "string" || typeof value === "number") {
    return place.known !== undefined && !place.known.has(value);
  }
  if (Array.isArray(value)) {
    const { items } = place;
    return items !== undefined && value.some((item) => holdsUnknown(item, items));
  }
  if (!isRecord(value)) return false;
  for (const { name, place: below } of membersOf(place)) {
    if (Object.hasOwn(value, name) && holdsUnknown(value[name], below)) return true;
  }
  const { values } = place;
  if (values === undefined) return false;
  return Object.keys(value).some((name) => !place.properties.has(name) && holdsUnknown(value[name], values));
}

/** Made at the first answer: while the compiler runs, a recursive place is not finished. */
function membersOf(place: Place) {
  place.members ??= [...place.properties].flatMap(([name, below]) =>
    below === undefined ? [] : { name, place: below },
  );
  return place.members;
}

/**
 * How a place was come to. The field of a place that was come to from itself is the one it had
 * first: fields are labels of metrics.
 */
type Trail = { readonly place: Place; readonly field: string; readonly above: Trail | undefined };

/**
 * The rare case, so it may be slow: walks through everything, notes the fields, and gives back what
 * is to stand there.
 */
function replaced(value: unknown, trail: Trail, fields: Set<string>): unknown {
  const { place, field } = trail;
  if (typeof value === "string" || typeof value === "number") {
    if (place.known === undefined || place.known.has(value)) return value;
    fields.add(field);
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    if (place.items === undefined) return value;
    const below = trailTo(place.items, field, trail);
    items.forEach((item, index) => {
      items[index] = replaced(item, below, fields);
    });
    return items;
  }
  if (!isRecord(value)) return value;
  for (const [name, below] of place.properties) {
    if (below === undefined || !Object.hasOwn(value, name)) continue;
    value[name] = replaced(value[name], trailTo(below, joined(field, name), trail), fields);
  }
  if (place.values === undefined) return value;
  const below = trailTo(place.values, joined(field, "*"), trail);
  for (const name of Object.keys(value)) {
    if (!place.properties.has(name)) value[name] = replaced(value[name], below, fields);
  }
  return value;
}

function trailTo(place: Place, field: string, above: Trail): Trail {
  for (let trail: Trail | undefined = above; trail !== undefined; trail = trail.above) {
    if (trail.place === place) return trail;
  }
  return { place, field, above };
}

function joined(field: string, name: string): string {
  return field === "" ? name : `${field}.${name}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
