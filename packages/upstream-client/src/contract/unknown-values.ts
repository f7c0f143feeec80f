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
  readonly known: ReadonlySet<unknown> | undefined;
  /** Undefined until the first answer that reaches it: a contract may have more than memory has. */
  below: Below | undefined;
  readonly open: () => Below;
};

type Below = {
  /** Undefined for a member without enums. It is listed because `values` does not apply to it. */
  readonly properties: ReadonlyMap<string, Place | undefined>;
  readonly values: Place | undefined;
  readonly items: Place | undefined;
  /** The properties with enums, as a list: iterating over a Map makes an array per entry. */
  readonly members: readonly { readonly name: string; readonly place: Place }[];
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
      below: undefined,
      open: () => this.#below(all),
    };
    this.#places.set(key, place);
    return place;
  }

  #below(all: readonly EnumPositions[]): Below {
    const names = new Set(all.flatMap((one) => Object.keys(one.properties ?? {})));
    const property = (name: string): Place | undefined =>
      this.place(
        all.flatMap(({ properties = {} }) =>
          Object.hasOwn(properties, name) ? (properties[name] ?? []) : [],
        ),
      );
    const properties = new Map([...names].map((name) => [name, property(name)]));
    return {
      properties,
      values: this.place(all.flatMap((one) => one.values ?? [])),
      items: this.place(all.flatMap((one) => one.items ?? [])),
      members: [...properties].flatMap(([name, place]) => (place === undefined ? [] : { name, place })),
    };
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
    const places = [...all].filter((one) => Object.keys(one).some((key) => key !== "refs"));
    return places.every((one) => Object.keys(one).every((key) => key === "refs" || key === "free"))
      ? []
      : places;
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
    const { items } = belowOf(place);
    return items !== undefined && value.some((item) => holdsUnknown(item, items));
  }
  if (!isRecord(value)) return false;
  const { members, properties, values } = belowOf(place);
  for (const { name, place: below } of members) {
    if (Object.hasOwn(value, name) && holdsUnknown(value[name], below)) return true;
  }
  if (values === undefined) return false;
  return Object.keys(value).some((name) => !properties.has(name) && holdsUnknown(value[name], values));
}

function belowOf(place: Place): Below {
  place.below ??= place.open();
  return place.below;
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
    const { items: each } = belowOf(place);
    if (each === undefined) return value;
    const below = trailTo(each, field, trail);
    items.forEach((item, index) => {
      items[index] = replaced(item, below, fields);
    });
    return items;
  }
  if (!isRecord(value)) return value;
  const { members, properties, values } = belowOf(place);
  for (const { name, place: below } of members) {
    if (!Object.hasOwn(value, name)) continue;
    value[name] = replaced(value[name], trailTo(below, joined(field, name), trail), fields);
  }
  if (values === undefined) return value;
  const below = trailTo(values, joined(field, "*"), trail);
  for (const name of Object.keys(value)) {
    if (!properties.has(name)) value[name] = replaced(value[name], below, fields);
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
