import {
  Kind,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  typeFromAST,
} from "graphql";
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  SelectionSetNode,
} from "graphql";
import type { Json } from "../json.ts";
import { leafSchema, orNull } from "./value-schemas.ts";

/** What a document can be looked up in. */
export type Selecting = {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

/** A field as it is selected; `conditional` where a directive may leave it out. */
type Selected = { readonly node: FieldNode; readonly conditional: boolean };

/** The JSON that an operation's selection on a type answers, as JSON Schema. The operation is valid in the schema. */
export function answerSchema(
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
  selecting: Selecting,
): Json {
  const fields = new Map<string, Selected[]>();
  for (const selection of selections) collect(type, selection, false, selecting, fields);
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  for (const [key, selected] of fields) {
    const [first] = selected;
    if (first === undefined) continue;
    const name = first.node.name.value;
    const deeper = selected.flatMap(({ node }) => node.selectionSet ?? []);
    const fieldType = type.getFields()[name]?.type;
    // Clients tell the members of a union apart by its name. No type declares it.
    const typename: Json = { type: "string", const: type.name };
    properties[key] = fieldType === undefined ? typename : valueSchema(fieldType, deeper, selecting);
    if (selected.some(({ conditional }) => !conditional)) required.push(key);
  }
  return { type: "object", required, properties };
}

function valueSchema(
  type: GraphQLOutputType,
  deeper: readonly SelectionSetNode[],
  selecting: Selecting,
): Json {
  if (isNonNullType(type)) return presentSchema(type.ofType, deeper, selecting);
  return orNull(presentSchema(type, deeper, selecting));
}

function presentSchema(
  type: GraphQLOutputType,
  deeper: readonly SelectionSetNode[],
  selecting: Selecting,
): Json {
  if (isListType(type)) return { type: "array", items: valueSchema(type.ofType, deeper, selecting) };
  if (isLeafType(type)) return leafSchema(type);
  if (isObjectType(type)) return answerSchema(type, deeper, selecting);
  if (!isAbstractType(type)) return true;
  const possible = selecting.schema.getPossibleTypes(type);
  return { anyOf: possible.map((member) => answerSchema(member, deeper, selecting)) };
}

function collect(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  within: boolean,
  selecting: Selecting,
  fields: Map<string, Selected[]>,
): void {
  for (const selection of selections) {
    const conditional =
      within || (selection.directives ?? []).some(({ name }) => ["include", "skip"].includes(name.value));
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      fields.set(key, [...(fields.get(key) ?? []), { node: selection, conditional }]);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? selecting.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) continue;
    if (appliesTo(type, fragment.typeCondition?.name.value, selecting))
      collect(type, fragment.selectionSet, conditional, selecting, fields);
  }
}

function appliesTo(type: GraphQLObjectType, name: string | undefined, { schema }: Selecting): boolean {
  if (name === undefined || name === type.name) return true;
  const condition = typeFromAST(schema, { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } });
  return isAbstractType(condition) && schema.isSubType(condition, type);
}
