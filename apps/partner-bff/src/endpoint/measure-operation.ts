import {
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
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
  SelectionNode,
  SelectionSetNode,
} from "graphql";

/** How large an operation is, with its fragments in place of their spreads. */
export interface OperationSize {
  /** Fields from the root to the deepest leaf. */
  readonly depth: number;
  /** Fields with an alias. */
  readonly aliases: number;
  /** Directives, on any part of the operation. */
  readonly directives: number;
  /** 1 for each field; the fields below one count as often as `timesOf` says. */
  readonly cost: number;
}

/** The field's definition in the schema; undefined for `__typename`, which every type has. */
export type FieldDefinition = GraphQLField<unknown, unknown> | undefined;

type Type = GraphQLCompositeType | undefined;

const NOTHING: OperationSize = { depth: 0, aliases: 0, directives: 0, cost: 0 };

/**
 * Measures an operation, valid or not. Each fragment is measured once, so the time does not grow
 * with the number of its spreads.
 *
 * Introspection adds no depth: the standard introspection query is deeper than our limit, and
 * GraphQL.js limits it itself (MaxIntrospectionDepthRule).
 *
 * @param timesOf how many times the fields below this one are answered. It is called once for
 * each field of the document, after those below it; what it throws is passed on
 */
export function measureOperation(
  { schema, document, operation }: MeasuredOperation,
  timesOf: (node: FieldNode, definition: FieldDefinition) => number = () => 1,
): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, OperationSize>();

  function ofSelections({ selections }: SelectionSetNode, parent: Type): OperationSize {
    return selections.map((selection) => ofSelection(selection, parent)).reduce(add, NOTHING);
  }

  function ofSelection(selection: SelectionNode, parent: Type): OperationSize {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return withDirectives(ofFragment(selection.name.value), directives);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = selection;
      const type = typeCondition === undefined ? parent : typeNamed(typeCondition);
      return withDirectives(ofSelections(selectionSet, type), directives);
    }
    const { name, alias, selectionSet } = selection;
    const definition = fieldOf(schema, parent, name.value);
    const below = selectionSet === undefined ? NOTHING : ofSelections(selectionSet, typeOf(definition));
    return {
      depth: name.value.startsWith("__") ? 0 : below.depth + 1,
      aliases: below.aliases + (alias === undefined ? 0 : 1),
      directives: below.directives + directives,
      cost: 1 + below.cost * timesOf(selection, definition),
    };
  }

  function ofFragment(name: string): OperationSize {
    const known = measured.get(name);
    if (known !== undefined) return known;
    // Another rule refuses a fragment that spreads itself; here its inner spread counts as nothing.
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const { selectionSet, typeCondition, directives = [] } = fragment;
    const size = withDirectives(ofSelections(selectionSet, typeNamed(typeCondition)), directives.length);
    measured.set(name, size);
    return size;
  }

  function typeNamed(condition: FragmentDefinitionNode["typeCondition"]): Type {
    const type = typeFromAST(schema, condition);
    return isCompositeType(type) ? type : undefined;
  }

  const outside = [operation, ...(operation.variableDefinitions ?? [])];
  const directives = outside.reduce((sum, node) => sum + (node.directives?.length ?? 0), 0);
  const root = schema.getRootType(operation.operation) ?? undefined;
  return withDirectives(ofSelections(operation.selectionSet, root), directives);
}

/** An operation with the document that holds its fragments. */
export interface MeasuredOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

function add(a: OperationSize, b: OperationSize): OperationSize {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
    cost: a.cost + b.cost,
  };
}

function withDirectives(size: OperationSize, directives: number): OperationSize {
  return directives === 0 ? size : { ...size, directives: size.directives + directives };
}

function typeOf(definition: FieldDefinition): Type {
  const type = definition === undefined ? undefined : getNamedType(definition.type);
  return isCompositeType(type) ? type : undefined;
}

function fieldOf(schema: GraphQLSchema, parent: Type, name: string): FieldDefinition {
  if (parent === undefined) return undefined;
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}
