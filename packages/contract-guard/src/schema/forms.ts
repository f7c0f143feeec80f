import { GuardError } from "../guard-error.ts";
import { elementsOf, isList, isObject } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { both } from "./both.ts";
import { ownKeywords } from "./own-keywords.ts";
import { ANYTHING } from "./plain.ts";
import type { PlainForm, TypeName } from "./plain.ts";
import { resolve } from "./references.ts";

/** Unions of unions multiply: past this many forms, nobody could read a finding about them either. */
const MOST_FORMS = 500;
/** A schema that holds itself without a property between has no values. */
const DEEPEST = 50;

const TYPES: ReadonlySet<string> = new Set([
  "null",
  "boolean",
  "object",
  "array",
  "number",
  "integer",
  "string",
] satisfies TypeName[]);

/**
 * Every form that a value of the schema may have; none for a schema that nothing fits.
 * @throws GuardError for what is no schema, or goes in a circle
 */
export function formsOf(schema: Json, document: JsonObject, depth = 0): readonly PlainForm[] {
  if (schema === true) return [ANYTHING];
  if (schema === false) return [];
  if (!isObject(schema)) throw new GuardError(`${JSON.stringify(schema)} is no schema`);
  if (depth > DEEPEST) throw new GuardError(`A schema holds itself: ${JSON.stringify(schema).slice(0, 200)}`);

  // No keyword of 3.1, but its readers know it from 3.0 all the same.
  const { nullable, ...others } = schema;
  if (nullable === true) return [...formsOf(others, document, depth + 1), ofType("null")];

  const members = (list: Json | undefined): readonly (readonly PlainForm[])[] =>
    elementsOf(list).map((member) => formsOf(member, document, depth + 1));
  let forms = withTypes(ownKeywords(schema), schema["type"]);
  if ("$ref" in schema) {
    forms = eachOf(forms, formsOf(resolve(schema, document) ?? true, document, depth + 1));
  }
  for (const member of members(schema["allOf"])) forms = eachOf(forms, member);
  // Where exactly one may fit (`oneOf`), any is taken to: a contract's branches do not overlap.
  for (const union of ["anyOf", "oneOf"]) {
    if (isList(schema[union])) forms = eachOf(forms, members(schema[union]).flat());
  }
  return forms;
}

/** One form per type. The values of `null` and `boolean` can be listed, and so be compared with listed ones. */
function withTypes(form: PlainForm, types: Json | undefined): readonly PlainForm[] {
  const named = typeof types === "string" ? [types] : elementsOf(types);
  const known = named.filter(isType);
  if (types !== undefined && (known.length === 0 || known.length < named.length)) {
    throw new GuardError(`${JSON.stringify(types)} is no type of JSON Schema`);
  }
  if (types === undefined) {
    if (form.values === undefined) return [form];
    const found = [...new Set(form.values.map(typeOf))];
    return eachOf([form], found.map(ofType));
  }
  return eachOf([form], known.map(ofType));
}

function ofType(type: TypeName): PlainForm {
  return { ...ANYTHING, type, values: allValues(type) };
}

function allValues(type: TypeName): readonly Json[] | undefined {
  if (type === "null") return [null];
  return type === "boolean" ? [false, true] : undefined;
}

/** Leaves the values that are of the form's type. */
function ownValues(form: PlainForm): PlainForm {
  const { type, values } = form;
  if (type === undefined || values === undefined) return form;
  const own = values.filter((value) => {
    const found = typeOf(value);
    return found === type || (type === "number" && found === "integer");
  });
  return { ...form, values: own };
}

function typeOf(value: Json): TypeName {
  if (value === null) return "null";
  if (isList(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "object";
}

function isType(name: Json): name is TypeName {
  return typeof name === "string" && TYPES.has(name);
}

function eachOf(a: readonly PlainForm[], b: readonly PlainForm[]): readonly PlainForm[] {
  const all = a
    .flatMap((x) => b.map((y) => both(x, y)))
    .filter((form) => form !== undefined)
    .map(ownValues)
    .filter(({ values }) => values === undefined || values.length > 0);
  if (all.length <= MOST_FORMS) return all;
  throw new GuardError(`A union has ${all.length} forms, and at most ${MOST_FORMS} can be compared`);
}
