import { GuardError } from "../finding.ts";
import { elementsOf, isList, isObject } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { ANYTHING, TYPES, both, ownForm } from "./form.ts";
import type { PlainForm, TypeName } from "./form.ts";
import { resolve } from "./references.ts";

/** Unions of unions multiply. A finding about more forms than this would help no reader. */
const MOST_FORMS = 500;

/** A schema that contains itself without a property in between has no values. */
const DEEPEST = 50;

/**
 * Every form that a value of the schema may have; none where no value is valid.
 * @throws GuardError for a value that is no schema, or a schema that only contains itself
 */
export function formsOf(schema: Json, document: JsonObject, depth = 0): readonly PlainForm[] {
  if (schema === true) return [ANYTHING];
  if (schema === false) return [];
  if (!isObject(schema)) throw new GuardError(`${JSON.stringify(schema)} is no schema`);
  if (depth > DEEPEST)
    throw new GuardError(`A schema contains itself: ${JSON.stringify(schema).slice(0, 200)}`);

  // Not a keyword of 3.1, but readers know it from 3.0 and act on it.
  const { nullable, ...others } = schema;
  if (nullable === true) return [...formsOf(others, document, depth + 1), ofType("null")];

  const members = (keyword: string): readonly (readonly PlainForm[])[] =>
    elementsOf(schema[keyword]).map((member) => formsOf(member, document, depth + 1));
  let forms = withTypes(ownForm(schema), schema["type"]);
  if ("$ref" in schema) {
    forms = eachOf(forms, formsOf(resolve(schema, document) ?? true, document, depth + 1));
  }
  for (const member of members("allOf")) forms = eachOf(forms, member);
  // `oneOf` is read as `anyOf`: the branches of a contract do not overlap.
  for (const union of ["anyOf", "oneOf"]) {
    if (isList(schema[union])) forms = eachOf(forms, members(union).flat());
  }
  return forms;
}

/** One form for each type that the schema names, or that its listed values have. */
function withTypes(form: PlainForm, types: Json | undefined): readonly PlainForm[] {
  const named = typeof types === "string" ? [types] : elementsOf(types);
  const known = named.flatMap((name) => TYPES.find((type) => type === name) ?? []);
  if (types !== undefined && (known.length === 0 || known.length < named.length)) {
    throw new GuardError(`${JSON.stringify(types)} is no type of JSON Schema`);
  }
  if (types !== undefined) return eachOf([form], known.map(ofType));
  return form.values === undefined
    ? [form]
    : eachOf([form], [...new Set(form.values.map(typeOf))].map(ofType));
}

/** The values of `null` and `boolean` are listed, so that they can be compared with listed ones. */
function ofType(type: TypeName): PlainForm {
  const values = { null: [null], boolean: [false, true] };
  return { ...ANYTHING, type, values: type === "null" || type === "boolean" ? values[type] : undefined };
}

/** The form with only those listed values that have its type. */
function ownValues(form: PlainForm): PlainForm {
  const { type, values } = form;
  if (type === undefined || values === undefined) return form;
  const own = values.filter((value) => {
    const found = typeOf(value);
    return found === type || (type === "number" && found === "integer");
  });
  return { ...form, values: own };
}

/** The narrowest type: 1 and 1.0 are integers (JSON Schema, validation, section 6.1.1). */
function typeOf(value: Json): TypeName {
  if (value === null) return "null";
  if (isList(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "object";
}

/** The forms of values that have one form of each list. */
function eachOf(a: readonly PlainForm[], b: readonly PlainForm[]): readonly PlainForm[] {
  const all = a
    .flatMap((x) => b.map((y) => both(x, y)))
    .filter((form) => form !== undefined)
    .map(ownValues)
    .filter(({ values }) => values === undefined || values.length > 0);
  if (all.length <= MOST_FORMS) return all;
  throw new GuardError(`A union has ${all.length} forms, and at most ${MOST_FORMS} can be compared`);
}
