import type { Json, JsonObject } from "../describe/schemas.ts";
import { at, entriesAt, listAt, textAt } from "./contract.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";

/** What is nested deeper than this is left to the contract itself. */
const DEEPEST = 8;

/** A schema as a list of its fields: name, type, and what it is. Nothing for a value without fields. */
export function schemaFields(schema: Json | undefined, document: JsonObject, depth = 0): Markup {
  const fields = fieldsOf(schema, document);
  if (fields.length === 0 || depth > DEEPEST) return markup``;
  const rows = fields.map(
    ({ name, value, required }) =>
      markup`<li><code>${name}</code> <span class="type">${typeText(value, document)}${
        required ? "" : ", may be missing"
      }</span> ${textAt(document, value, "description")}${schemaFields(value, document, depth + 1)}</li>`,
  );
  return markup`<ul class="fields">${rows}</ul>`;
}

type Field = { readonly name: string; readonly value: Json; readonly required: boolean };

/** Those of an object, of a list's elements, and of all branches of a union. */
function fieldsOf(schema: Json | undefined, document: JsonObject): readonly Field[] {
  const required = new Set(listAt(document, schema, "required"));
  return [
    ...entriesAt(document, schema, "properties").map(([name, value]) => ({
      name,
      value,
      required: required.has(name),
    })),
    ...["anyOf", "oneOf", "allOf"].flatMap((union) =>
      listAt(document, schema, union).flatMap((member) => fieldsOf(member, document)),
    ),
    ...(at(document, schema, "items") === undefined ? [] : fieldsOf(at(document, schema, "items"), document)),
  ];
}

/** A type as people say it: `list of objects`, `string (date)`, `one of "a", "b"`. */
export function typeText(schema: Json | undefined, document: JsonObject): string {
  const values = listAt(document, schema, "enum");
  if (values.length > 0) return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  const members = ["anyOf", "oneOf"].flatMap((union) => listAt(document, schema, union));
  if (members.length > 0) return members.map((member) => typeText(member, document)).join(" or ");
  const type = at(document, schema, "type");
  if (type === "array") return `list of: ${typeText(at(document, schema, "items"), document)}`;
  const named = typeof type === "string" ? type : namesOf(listAt(document, schema, "type"));
  const format = textAt(document, schema, "format") || textAt(document, schema, "pattern");
  return format === "" ? named || "anything" : `${named} (${format})`;
}

function namesOf(types: readonly Json[]): string {
  return types.filter((type) => typeof type === "string").join(" or ");
}
