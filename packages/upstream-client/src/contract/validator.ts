import { Check, Compile, Errors } from "typebox/schema";
import type { Violation } from "../operation.ts";
import { isSchema, withOwnChecks, withUsedDefinitions } from "./schema.ts";
import type { AnswerSchema, Formats } from "./schema.ts";

/**
 * Checks bodies against one schema. Both may throw a RangeError for one that is nested too deeply.
 */
type Validator = {
  /** Undefined when the body matches the schema, else the first place that does not. */
  readonly violation: (body: unknown) => Violation | undefined;
  /** The first places that do not, with `*` for any item of a list and any key of a map. */
  readonly violations: (body: unknown) => readonly Violation[];
};

/**
 * Compiles a schema. This takes some milliseconds, so do it once.
 *
 * @param formats whether they are part of the schema
 */
export function compileValidator(schema: AnswerSchema, formats: Formats): Validator {
  const checked = withOwnChecks(schema, formats);
  const validator = Compile(checked);
  const explainer = new Explainer(checked);
  return {
    violation: (body) => (validator.Check(body) ? undefined : explainer.explain(body)),
    violations: (body) => explainer.explainAll(body),
  };
}

/**
 * Makes the same check without compiling, which takes a second for a large contract: for values
 * that are read once, such as a document's own examples. Formats are annotations, as is the
 * default.
 *
 * @param definitions the table that the schemas refer to
 */
export function checkOnce(
  definitions: AnswerSchema,
): (schema: AnswerSchema, body: unknown) => Violation | undefined {
  const { $defs } = withOwnChecks({ $defs: definitions }, "annotate");
  return (schema, body) => {
    const checked = withUsedDefinitions({ ...withOwnChecks(schema, "annotate"), $defs });
    if (Check(checked, body)) return undefined;
    const [, [first]] = Errors(checked, body);
    return first === undefined ? violation("", "must keep to the contract") : violationOf(first, "");
  };
}

/** Keys of maps come from the service, and could be too long for a log line. */
const MAX_FIELD_LENGTH = 200;

/**
 * Keywords whose schemas are checked one member or item at a time. If a schema also has an
 * entangling keyword, which decides about members or items too, it is checked as a whole.
 */
const STEPWISE = ["properties", "additionalProperties", "items"] as const;
const ENTANGLING = ["patternProperties", "prefixItems", "unevaluatedProperties", "unevaluatedItems"] as const;

/**
 * Finds the place where a body breaks its schema.
 *
 * The validator's own explanation visits every place of the body, which takes half a second for 1
 * MiB. This one checks one level of the body, then goes into the first broken member or item, which
 * a compiled check finds quickly.
 */
class Explainer {
  readonly #root: AnswerSchema;
  readonly #definitions: AnswerSchema;
  /** Compiled when first needed, because most answers are never broken. */
  readonly #checks = new Map<unknown, (value: unknown) => boolean>();

  constructor(root: AnswerSchema) {
    this.#root = root;
    this.#definitions = isSchema(root["$defs"]) ? root["$defs"] : {};
  }

  explain(body: unknown): Violation {
    return this.#explain(body, new Places(1, false));
  }

  explainAll(body: unknown): readonly Violation[] {
    const places = new Places(MAX_PLACES, true);
    const first = this.#explain(body, places);
    return places.found.length === 0 ? [first] : places.found;
  }

  #explain(body: unknown, places: Places): Violation {
    this.#locate(this.#root, body, "", places);
    // The check failed, although no place may be found. The body is still broken.
    return places.found[0] ?? { field: "", expected: "must keep to the contract" };
  }

  #locate(schema: AnswerSchema, value: unknown, field: string, places: Places): void {
    const target = this.#target(schema);
    const entangled = ENTANGLING.some((keyword) => keyword in target);
    const level = entangled ? target : omit(target, STEPWISE);
    const [, errors] = Errors({ ...level, $defs: this.#definitions }, value);
    for (const error of errors) places.add(violationOf(error, field));
    if (!entangled) this.#locateBelow(target, value, field, places);
  }

  #locateBelow(schema: AnswerSchema, value: unknown, field: string, places: Places): void {
    for (const [key, member, memberSchema] of membersOf(schema, value)) {
      if (places.isFull) return;
      if (this.#keeps(memberSchema, member)) continue;
      const isAny = places.areAny && !isNamed(schema, key);
      this.#locate(memberSchema, member, `${field}/${isAny ? "*" : encodeSegment(key)}`, places);
    }
  }

  /** The schema that a `$ref` refers to, or the schema itself. */
  #target(schema: AnswerSchema): AnswerSchema {
    const reference = schema["$ref"];
    if (
      typeof reference !== "string" ||
      Object.keys(schema).some((key) => key !== "$ref" && key !== "$defs")
    ) {
      return schema;
    }
    const target = this.#definitions[reference.slice("#/$defs/".length)];
    return isSchema(target) ? this.#target(target) : schema;
  }

  #keeps(schema: AnswerSchema, value: unknown): boolean {
    let check = this.#checks.get(schema);
    if (check === undefined) {
      const validator = Compile({ ...schema, $defs: this.#definitions });
      check = (candidate) => validator.Check(candidate);
      this.#checks.set(schema, check);
    }
    return check(value);
  }
}

/** The places of one explanation that a log names, at most. */
const MAX_PLACES = 20;

/** Broken members and items that one explanation looks into, at most: each takes some 10 µs. */
const MAX_LOOKS = 200;

/** The places that an explanation has found, each field once. */
class Places {
  readonly found: Violation[] = [];
  /** Whether all items of a list, and all keys of a map, are one place. */
  readonly areAny: boolean;
  readonly #max: number;
  readonly #fields = new Set<string>();
  #looks = 0;

  constructor(max: number, areAny: boolean) {
    this.#max = max;
    this.areAny = areAny;
  }

  get isFull(): boolean {
    return this.found.length >= this.#max || (this.#looks += 1) > MAX_LOOKS;
  }

  add(violation: Violation): void {
    if (this.found.length >= this.#max || this.#fields.has(violation.field)) return;
    this.#fields.add(violation.field);
    this.found.push(violation);
  }
}

function isNamed({ properties }: AnswerSchema, key: string): boolean {
  return isSchema(properties) && Object.hasOwn(properties, key);
}

/** The members or items of a value that have a schema, in the contract's order. */
function* membersOf(
  schema: AnswerSchema,
  value: unknown,
): Generator<readonly [key: string, member: unknown, schema: AnswerSchema]> {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!isSchema(items)) return;
    for (const [index, item] of value.entries()) yield [String(index), item, items];
    return;
  }
  if (!isSchema(value)) return;
  const properties = isSchema(schema["properties"]) ? schema["properties"] : {};
  for (const [name, property] of Object.entries(properties)) {
    if (isSchema(property) && Object.hasOwn(value, name)) yield [name, value[name], property];
  }
  const rest = schema["additionalProperties"];
  if (!isSchema(rest)) return;
  for (const [name, member] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) yield [name, member, rest];
  }
}

type SchemaError = ReturnType<typeof Errors>[1][number];

function violationOf(error: SchemaError, field: string): Violation {
  const place = `${field}${error.instancePath}`;
  if (error.keyword !== "required") return violation(place, error.message);
  const [missing = ""] = error.params.requiredProperties;
  return violation(`${place}/${encodeSegment(missing)}`, "must be present");
}

function violation(field: string, expected: string): Violation {
  return {
    field: field.length > MAX_FIELD_LENGTH ? `${field.slice(0, MAX_FIELD_LENGTH)}…` : field,
    expected,
  };
}

/** A segment of a JSON pointer (RFC 6901, section 3). */
function encodeSegment(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function omit(schema: AnswerSchema, keywords: readonly string[]): AnswerSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));
}
