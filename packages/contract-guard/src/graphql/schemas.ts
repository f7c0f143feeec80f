import {
  Kind,
  astFromValue,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  print,
} from "graphql";
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLArgument,
  GraphQLInputField,
  GraphQLInputType,
  GraphQLLeafType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  SelectionSetNode,
} from "graphql";
import type { Json, JsonObject } from "../json.ts";

/** How GraphQL's own scalars are written in JSON (GraphQL, section 3.5). */
const SCALARS: Readonly<Record<string, Json>> = {
  Int: { type: "integer" },
  Float: { type: "number" },
  String: { type: "string" },
  ID: { type: "string" },
  Boolean: { type: "boolean" },
};

/** What a document is looked up in. */
export type Context = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

/** A field as it is selected; `conditional` where a directive may leave it out. */
type Selected = { readonly node: FieldNode; readonly conditional: boolean };

/**
 * The JSON that a selection on a type answers, as JSON Schema.
 * @param selections those of one operation that is valid in the schema
 */
export function answerSchema(
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
  context: Context,
): Json {
  const fields = new Map<string, Selected[]>();
  for (const selection of selections) collect(type, selection, false, context, fields);
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  for (const [key, selected] of fields) {
    const name = selected[0]?.node.name.value ?? key;
    const inner = selected.flatMap(({ node }) => node.selectionSet ?? []);
    const fieldType = type.getFields()[name]?.type;
    // No type declares `__typename`, by which clients tell the members of a union apart.
    const typename: Json = { type: "string", const: type.name };
    properties[key] = fieldType === undefined ? typename : outputSchema(fieldType, inner, context);
    if (selected.some(({ conditional }) => !conditional)) required.push(key);
  }
  return { type: "object", required, properties };
}

function outputSchema(type: GraphQLOutputType, inner: readonly SelectionSetNode[], context: Context): Json {
  if (!isNonNullType(type)) return orNull(presentOutput(type, inner, context));
  return presentOutput(type.ofType, inner, context);
}

function presentOutput(type: GraphQLOutputType, inner: readonly SelectionSetNode[], context: Context): Json {
  if (isListType(type)) return { type: "array", items: outputSchema(type.ofType, inner, context) };
  if (isLeafType(type)) return leafSchema(type);
  if (isObjectType(type)) return answerSchema(type, inner, context);
  if (!isAbstractType(type)) return true;
  const possible = context.schema.getPossibleTypes(type);
  return { anyOf: possible.map((member) => answerSchema(member, inner, context)) };
}

/** Merges fields of one name, as GraphQL does: from fragments and repeated selections. */
function collect(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  isConditional: boolean,
  context: Context,
  fields: Map<string, Selected[]>,
): void {
  for (const selection of selections) {
    const directives = selection.directives ?? [];
    const conditional =
      isConditional || directives.some(({ name }) => ["include", "skip"].includes(name.value));
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      fields.set(key, [...(fields.get(key) ?? []), { node: selection, conditional }]);
      continue;
    }
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    const fragment = isSpread ? context.fragments.get(selection.name.value) : selection;
    if (fragment !== undefined && appliesTo(type, fragment.typeCondition?.name.value, context))
      collect(type, fragment.selectionSet, conditional, context, fields);
  }
}

/** Whether a fragment on that type says something about an object of the other type. */
function appliesTo(type: GraphQLObjectType, name: string | undefined, { schema }: Context): boolean {
  if (name === undefined || name === type.name) return true;
  const condition = schema.getType(name);
  return isAbstractType(condition) && schema.isSubType(condition, type);
}

/** What a variable or an input field takes, as JSON Schema. Adds input objects to `schemas`. */
export function inputSchema(type: GraphQLInputType, schemas: Map<string, JsonObject>): Json {
  if (!isNonNullType(type)) return orNull(presentInput(type, schemas));
  return presentInput(type.ofType, schemas);
}

function presentInput(type: GraphQLInputType, schemas: Map<string, JsonObject>): Json {
  if (isNonNullType(type)) return presentInput(type.ofType, schemas);
  if (isListType(type)) return { type: "array", items: inputSchema(type.ofType, schemas) };
  if (!isInputObjectType(type)) return leafSchema(type);
  const { name } = type;
  if (!schemas.has(name)) {
    // It has its name before its fields are looked at: an input object may contain itself.
    schemas.set(name, {});
    const fields = Object.values(type.getFields());
    const properties = fields.map((field) => {
      // Exactly one field is given, and it is not null (GraphQL, section 3.10.1).
      const schema = type.isOneOf ? presentInput(field.type, schemas) : inputSchema(field.type, schemas);
      const value = defaultOf(field);
      return [field.name, value === undefined ? schema : { allOf: [schema], default: value }];
    });
    schemas.set(name, {
      type: "object",
      additionalProperties: false,
      required: fields.filter(isRequiredInputField).map((field) => field.name),
      properties: Object.fromEntries(properties),
      ...(type.isOneOf ? { minProperties: 1, maxProperties: 1 } : {}),
    });
  }
  return { $ref: `#/components/schemas/${name}` };
}

/** The default of an input as GraphQL writes it; undefined where it has none. */
export function defaultOf({ defaultValue, type }: GraphQLArgument | GraphQLInputField): string | undefined {
  const value = astFromValue(defaultValue, type);
  return value ? print(value) : undefined;
}

/** Of a scalar that GraphQL does not define, only the name can be compared. */
function leafSchema(type: GraphQLLeafType): Json {
  if (isEnumType(type)) return { type: "string", enum: type.getValues().map(({ name }) => name) };
  return SCALARS[type.name] ?? { format: `scalar ${type.name}` };
}

function orNull(schema: Json): Json {
  return { anyOf: [schema, { type: "null" }] };
}
