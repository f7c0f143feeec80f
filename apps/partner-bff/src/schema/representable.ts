import type { Order } from "@triptych/domain-clients/orders";
import {
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLScalarType,
  GraphQLSkipDirective,
  Kind,
  getDirectiveValues,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { FieldNode, GraphQLOutputType, GraphQLResolveInfo, SelectionSetNode } from "graphql";
import type { OrderPage } from "./order-pages.ts";

/**
 * A whole number up to 2^53 - 1, which JSON holds exactly; `Int` ends at 2^31 - 1. For answers
 * only.
 */
export const SafeInt = new GraphQLScalarType<number, number>({
  name: "SafeInt",
  serialize(value) {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new GraphQLError("SafeInt cannot represent this value");
  },
});

/**
 * A page without the orders that hold a number which the client's fields cannot represent. A list's
 * items are not nullable, so one such order would empty the whole list. The cursors stay those of
 * the whole page, so a client that goes on from `endCursor` gets past it.
 */
export function representableOrders(page: OrderPage, info: GraphQLResolveInfo): OrderPage {
  if (page.edges.every(({ node }) => hasSmallNumbers(node))) return page;
  const type = info.schema.getType("OrderConnection");
  const list = isObjectType(type) ? type.getFields()["edges"]?.type : undefined;
  if (list === undefined) return page;
  const asked = info.fieldNodes
    .flatMap(({ selectionSet }) => selected(selectionSet, info))
    .filter(({ name }) => name.value === "edges");
  return {
    ...page,
    edges: page.edges.filter((edge) => asked.every((field) => fits([edge], list, field, info))),
  };
}

/** True of nearly every order, which then needs no closer look. */
function hasSmallNumbers({ total, lines }: Order): boolean {
  const isSmall = (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 31;
  return (
    isSmall(total.amount) &&
    lines.every(({ quantity, unitPrice }) => isSmall(quantity) && isSmall(unitPrice.amount))
  );
}

/**
 * Whether a field can be answered with this value. A nullable one always can: it is null instead.
 */
function fits(value: unknown, type: GraphQLOutputType, field: FieldNode, info: GraphQLResolveInfo): boolean {
  if (!isNonNullType(type)) return true;
  const { ofType: inner } = type;
  if (isListType(inner)) {
    return Array.isArray(value) && value.every((item) => fits(item, inner.ofType, field, info));
  }
  if (isLeafType(inner)) return doesNotThrow(() => inner.serialize(value));
  if (!isObjectType(inner) || typeof value !== "object" || value === null) return true;
  return selected(field.selectionSet, info).every((below) => {
    const name = below.name.value;
    const definition = inner.getFields()[name];
    if (definition === undefined || !isNonNullType(definition.type)) return true;
    // A field that may not be null asks no service, so its resolver needs neither arguments nor
    // context.
    const member: unknown = definition.resolve?.(value, {}, undefined, info) ?? Reflect.get(value, name);
    return fits(member, definition.type, below, info);
  });
}

/**
 * The fields that a selection asks for. The schema has no abstract types, so every fragment
 * applies.
 */
function selected(set: SelectionSetNode | undefined, info: GraphQLResolveInfo): readonly FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
    if (skip?.["if"] === true || include?.["if"] === false) return [];
    if (selection.kind === Kind.FIELD) return [selection];
    const part = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
    return selected(part?.selectionSet, info);
  });
}

function doesNotThrow(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
