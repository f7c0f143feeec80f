import formats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { elementsOf, equal, isList, isObject } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Accepts, Parties } from "./comparison.ts";
import type { PlainForm } from "./form.ts";

/**
 * Listed values (`enum`, `const`) can be tried one by one against whatever the reader's schema
 * says.
 */
export function listedValues({ reader, direction, asText = false }: Parties): Accepts {
  const checks = new WeakMap<PlainForm, (value: Json) => boolean>();
  const document = direction === "answer" ? opened(reader) : reader;
  const checkOf = (form: PlainForm): ((value: Json) => boolean) => {
    const known = checks.get(form);
    if (known !== undefined) return known;
    const schema = schemaOf(form);
    const check = compiled(direction === "answer" ? opened(schema) : schema, document);
    checks.set(form, check);
    return check;
  };
  return (value, form) => {
    const own =
      asText && form.type === "string" && !isObject(value) && !isList(value) ? String(value) : value;
    if (form.values !== undefined && !form.values.some((listed) => equal(listed, own))) return false;
    return isOnlyListed(form) || checkOf(form)(own);
  };
}

/** Whether nothing but a list restricts the form, as in nearly every enum. */
function isOnlyListed(form: PlainForm): boolean {
  const { values, additional, items, unique, properties, required, bounds, multiplesOf, patterns, others } =
    form;
  const limits = [properties, required, bounds, multiplesOf, patterns, form.formats, others];
  const isLimited = additional !== undefined || items.length > 0 || unique;
  return values !== undefined && !isLimited && limits.every(({ size }) => size === 0);
}

/** The document around the schema is there for its references. */
function compiled(schema: Json, document: Json): (value: Json) => boolean {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    multipleOfPrecision: 9,
    logger: false,
  });
  formats.default(ajv);
  try {
    const check = ajv.compile({ ...(isObject(document) ? document : {}), allOf: [schema] });
    return (value) => check(value);
  } catch {
    // Something that the validator does not know, such as a pattern of another engine. The value
    // may be one that it refuses.
    return () => false;
  }
}

function schemaOf(form: PlainForm): JsonObject {
  const { type, values, additional, items } = form;
  return {
    ...Object.fromEntries(form.others),
    ...(type === undefined ? {} : { type }),
    ...(values === undefined ? {} : { enum: values }),
    ...(additional === undefined ? {} : { additionalProperties: additional }),
    ...(items.length === 0 ? {} : { items: { allOf: items } }),
    properties: Object.fromEntries([...form.properties].map(([name, schemas]) => [name, { allOf: schemas }])),
    required: [...form.required],
    uniqueItems: form.unique,
    allOf: [
      ...elementsOf(form.others.get("allOf")),
      ...[...form.bounds.values()].map(({ keyword, value }) => ({ [keyword]: value })),
      ...[...form.multiplesOf].map((multipleOf) => ({ multipleOf })),
      ...[...form.patterns].map((pattern) => ({ pattern })),
      ...[...form.formats].map((format) => ({ format })),
    ],
  };
}

/**
 * The same schema without closed objects: who reads an answer ignores the fields that it does not
 * know.
 */
function opened(schema: Json): Json {
  if (isList(schema)) return schema.map(opened);
  if (!isObject(schema)) return schema;
  const isClosing = ([name, value]: readonly [string, Json]): boolean =>
    value === false && (name === "additionalProperties" || name === "unevaluatedProperties");
  const kept = Object.entries(schema).filter((member) => !isClosing(member));
  return Object.fromEntries(kept.map(([name, value]) => [name, opened(value)]));
}
