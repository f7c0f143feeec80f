import {
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  getNamedType,
  isCompositeType,
  isObjectType,
  isInterfaceType,
  typeFromAST,
} from "graphql";
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from "graphql";

/** A field where a document selects it; `definition` is missing for `__typename`, which every type has. */
export type SelectedField = {
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown> | undefined;
};

/**
 * Adds up a value over the fields of a valid operation, with fragments in place of their spreads: `costOf` gets a field and the sum of what
 * stands below it. It is called once for each field node, however often its fragment is spread.
 */
export function sumOverFields(
  {
    schema,
    document,
    operation,
  }: {
    readonly schema: GraphQLSchema;
    readonly document: DocumentNode;
    readonly operation: OperationDefinitionNode;
  },
  costOf: (field: SelectedField, below: number) => number,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const sums = new Map<string, number>();

  function ofSelections({ selections }: SelectionSetNode, parent: GraphQLCompositeType): number {
    return selections.reduce((sum, selection) => sum + ofSelection(selection, parent), 0);
  }

  function ofSelection(
    selection: SelectionSetNode["selections"][number],
    parent: GraphQLCompositeType,
  ): number {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition;
      const type = condition === undefined ? parent : typeFromAST(schema, condition);
      return ofSelections(selection.selectionSet, isCompositeType(type) ? type : parent);
    }
    const definition = fieldOf(schema, parent, selection.name.value);
    const type = definition === undefined ? undefined : getNamedType(definition.type);
    const below =
      selection.selectionSet !== undefined && isCompositeType(type)
        ? ofSelections(selection.selectionSet, type)
        : 0;
    return costOf({ node: selection, definition }, below);
  }

  function ofFragment(name: string): number {
    const known = sums.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = fragment === undefined ? undefined : typeFromAST(schema, fragment.typeCondition);
    const sum =
      fragment !== undefined && isCompositeType(type) ? ofSelections(fragment.selectionSet, type) : 0;
    sums.set(name, sum);
    return sum;
  }

  const root = schema.getRootType(operation.operation);
  return root === undefined || root === null ? 0 : ofSelections(operation.selectionSet, root);
}

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}
