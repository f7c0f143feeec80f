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
 *
 * @param exactly whether a value that fits several branches of a `oneOf` is refused, as by the BFF;
 *   a client reads it as the first that fits
 * @throws GuardError for a value that is no schema, or a schema that only contains itself
 */
export function formsOf(
  schema: Json,
  document: JsonObject,
  exactly = false,
  depth = 0,
): readonly PlainForm[] {
  if (schema === true) return [ANYTHING];
  if (schema === false) return [];
  if (!isObject(schema)) throw new GuardError(`${JSON.stringify(schema)} is no schema`);
  if (depth > DEEPEST)
    throw new GuardError(`A schema contains itself: ${JSON.stringify(schema).slice(0, 200)}`);

  const inner = (part: Json): readonly PlainForm[] => formsOf(part, document, exactly, depth + 1);
  // Not a keyword of 3.1, but readers know it from 3.0 and act on it.
  const { nullable, ...others } = schema;
  if (nullable === true) return [...inner(others), ofType("null")];

  const members = (keyword: string): readonly (readonly PlainForm[])[] =>
    elementsOf(schema[keyword]).map(inner);
  let forms = withTypes(ownForm(schema), schema["type"]);
  if ("$ref" in schema) {
    forms = eachOf(forms, inner(resolve(schema, document) ?? true));
  }
  for (const member of members("allOf")) forms = eachOf(forms, member);
  if (isList(schema["anyOf"])) forms = eachOf(forms, members("anyOf").flat());
  if (isList(schema["oneOf"])) {
    const branches = members("oneOf");
    forms = eachOf(
      forms,
      exactly ? onlyOne(branches, elementsOf(schema["oneOf"]), document) : branches.flat(),
    );
  }
  return forms;
}

/** The forms of the branches, each without the values of those branches that it may overlap. */
function onlyOne(
  branches: readonly (readonly PlainForm[])[],
  schemas: readonly Json[],
  document: JsonObject,
): readonly PlainForm[] {
  return branches.flatMap((forms, index) => {
    const others = schemas.filter(
      (_, other) => other !== index && mayOverlap(forms, branches[other] ?? [], document),
    );
    const rest = { ...ANYTHING, others: new Map([["not", { anyOf: others }]]) };
    return others.length === 0 ? forms : eachOf(forms, [rest]);
  });
}

/** False where types, or a field that both require, tell the two apart. */
function mayOverlap(a: readonly PlainForm[], b: readonly PlainForm[], document: JsonObject): boolean {
  return a.some((x) =>
    b.some((y) => {
      if (eachOf([x], [y]).length === 0 || isClosedTo(x, y) || isClosedTo(y, x)) return false;
      return ![...x.required.intersection(y.required)].some((name) => {
        const schemas = [...(x.properties.get(name) ?? []), ...(y.properties.get(name) ?? [])];
        return tellApart(schemas.map((schema) => resolve(schema, document)));
      });
    }),
  );
}

function isClosedTo({ additional, properties }: PlainForm, { required }: PlainForm): boolean {
  return additional === false && [...required].some((name) => !properties.has(name));
}

/** Whether no value has all of these types and is in all of these lists. */
function tellApart(schemas: readonly (Json | undefined)[]): boolean {
  const plain = schemas.filter((schema) => isObject(schema));
  return (
    plain
      .map((schema) => withTypes(ownForm(schema), schema["type"]))
      .reduce((forms, own) => eachOf(forms, own), [ANYTHING]).length === 0
  );
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
