/** Replaces a value that the contract does not list. */
const UNKNOWN = "unknown";

/** Where an answer has enums, in generated form: a tree whose `refs` continue under a name. */
export type EnumPositions = {
  /** The values that the contract lists here. */
  readonly known?: readonly (string | number)[];
  /** Whether one branch of a union allows any value here. */
  readonly free?: boolean;
  readonly properties?: { readonly [name: string]: EnumPositions };
  /** For members that `properties` does not name. */
  readonly values?: EnumPositions;
  readonly items?: EnumPositions;
  readonly refs?: readonly string[];
};

/** The enums of one answer: of the answer itself, and of the named schemas that it refers to. */
export type AnswerEnums = {
  readonly root: EnumPositions;
  readonly named: { readonly [name: string]: EnumPositions };
};

/** The answer after the replacement, and the fields where a value was replaced. */
export type Replaced = { readonly answer: unknown; readonly fields: readonly string[] };

/**
 * Replaces values that the contract does not list with `unknown`. It changes the body in place,
 * which was parsed for this one call. Fields are named once each, without indices
 * (`orders.status`), and with `*` for any key of a map.
 */
export type ReplaceUnknown = (body: unknown) => Replaced;

const NONE: readonly string[] = [];

/**
 * Compiles the positions of enums. An answer without unknown values then costs one look-up per
 * enum.
 */
export function compileReplaceUnknown(enums: AnswerEnums): ReplaceUnknown {
  const root = new Compiler(enums.named).place([enums.root]);
  return (body) => {
    if (root === undefined || !holdsUnknown(body, root)) return { answer: body, fields: NONE };
    const fields = new Set<string>();
    const answer = replaced(body, { place: root, field: "", above: undefined }, fields);
    return { answer, fields: [...fields] };
  };
}

/** A place in answers: its known values, and the places below it. Recursive if the contract is. */
type Place = {
  known: ReadonlySet<unknown> | undefined;
  /** Undefined for a member without enums. It is listed because `values` does not apply to it. */
  readonly properties: Map<string, Place | undefined>;
  values: Place | undefined;
  items: Place | undefined;
  /** The properties with enums, as a list: iterating over a Map makes an array per entry. */
  members: readonly { readonly name: string; readonly place: Place }[] | undefined;
};

/**
 * Turns positions into places. If a union leads to several names, they become one place, where a
 * value is known if any of them lists it. So there is one place for each set of positions.
 */
class Compiler {
  readonly #named: AnswerEnums["named"];
  readonly #places = new Map<string, Place>();
  readonly #ids = new Map<EnumPositions, number>();

  constructor(named: AnswerEnums["named"]) {
    this.#named = named;
  }

  /** @returns undefined where there are no enums */
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
    // Stored before the places below it are made, because a recursive contract comes back to it.
    this.#places.set(key, place);
    for (const name of new Set(all.flatMap((one) => Object.keys(one.properties ?? {})))) {
      const below = this.place(
        all.flatMap(({ properties = {} }) =>
          Object.hasOwn(properties, name) ? (properties[name] ?? []) : [],
        ),
      );
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
    // A position with only references is not a place of its own. Otherwise a recursive contract
    // would not come back to the place where it started.
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

/** Made at the first answer, because a recursive place is incomplete while the compiler runs. */
function membersOf(place: Place) {
  place.members ??= [...place.properties].flatMap(([name, below]) =>
    below === undefined ? [] : { name, place: below },
  );
  return place.members;
}

/**
 * The path to a place. A place that is reached again from itself keeps its first field name,
 * because fields are labels of metrics, which must be few.
 */
type Trail = { readonly place: Place; readonly field: string; readonly above: Trail | undefined };

/**
 * Returns the value with its replacements, and adds their fields. It is rarely called, so it may be
 * slow.
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
