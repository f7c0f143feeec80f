import { Kind } from "graphql";
import type {
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from "graphql";

/** How large an operation is, with its fragments in place of their spreads. */
export type Shape = {
  /** Fields from the root to the deepest leaf. */
  readonly depth: number;
  /** Fields that the client named anew. */
  readonly aliases: number;
  /** Directives, anywhere. */
  readonly directives: number;
};

/**
 * Measures an operation. Each fragment is measured once, so the time does not grow with how often they spread each other.
 *
 * Introspection has no depth of its own here: its standard query is deeper than ours may be, and GraphQL.js limits it itself
 * (MaxIntrospectionDepthRule).
 */
export function shapeOf(document: DocumentNode, operation: OperationDefinitionNode): Shape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Shape>();

  function ofSelections({ selections }: SelectionSetNode): Shape {
    return selections.map(ofSelection).reduce(beside, NOTHING);
  }

  function ofSelection(selection: SelectionSetNode["selections"][number]): Shape {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return withDirectives(ofFragment(selection.name.value), directives);
    }
    const below = selection.selectionSet === undefined ? NOTHING : ofSelections(selection.selectionSet);
    if (selection.kind === Kind.INLINE_FRAGMENT) return withDirectives(below, directives);
    return {
      depth: selection.name.value.startsWith("__") ? 0 : below.depth + 1,
      aliases: below.aliases + (selection.alias === undefined ? 0 : 1),
      directives: below.directives + directives,
    };
  }

  function ofFragment(name: string): Shape {
    const known = measured.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself, which another rule refuses, adds nothing on the way round.
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const shape = withDirectives(ofSelections(fragment.selectionSet), fragment.directives?.length ?? 0);
    measured.set(name, shape);
    return shape;
  }

  const variables = operation.variableDefinitions ?? [];
  const outside = [operation, ...variables].reduce((sum, node) => sum + (node.directives?.length ?? 0), 0);
  return withDirectives(ofSelections(operation.selectionSet), outside);
}

const NOTHING: Shape = { depth: 0, aliases: 0, directives: 0 };

function beside(a: Shape, b: Shape): Shape {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
  };
}

function withDirectives(shape: Shape, directives: number): Shape {
  return { ...shape, directives: shape.directives + directives };
}
