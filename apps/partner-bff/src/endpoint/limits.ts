import { holdsInexactNumber } from "@triptych/screen";
import { IDEMPOTENCY_KEY, PATH_PARAMETER } from "@triptych/upstream-client";
import { GraphQLError, getArgumentValues, getVariableValues } from "graphql";
import type { ASTNode, ASTVisitor, FieldNode, ValidationContext } from "graphql";
import { fromOrderCursor } from "../schema/order-pages.ts";
import { measureOperation } from "./measure-operation.ts";
import type { FieldDefinition, MeasuredOperation } from "./measure-operation.ts";

/** How much one operation may ask for. It is part of the published contract. */
export const LIMITS = {
  /** The schema's deepest field: viewer, orders, edges, node, lines, product, price, amount. */
  depth: 8,
  /** Aliases of the whole operation, fragments included. */
  aliases: 15,
  /** Directives of the whole operation. */
  directives: 50,
  /** Names, punctuation and values of the whole document. */
  tokens: 1_000,
  /**
   * A field costs 1; the fields below one with `first` count that many times, those of `lines` 5.
   */
  cost: 5_000,
} as const;

const WORDS = { depth: "levels of fields", aliases: "aliases", directives: "directives" } as const;

const MEASURES = ["depth", "aliases", "directives"] as const;

/**
 * A validation rule: no operation of a document has more levels, aliases or directives than
 * `LIMITS`.
 */
export function shapeRule(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema();
  return {
    OperationDefinition(operation) {
      // No rule of GraphQL.js checks this, and execution would report it as an error of the schema.
      if (schema.getRootType(operation.operation) == null) {
        const message = `The schema has no ${operation.operation}s.`;
        context.reportError(new GraphQLError(message, { nodes: operation }));
        return false;
      }
      const size = measureOperation({ schema, document: context.getDocument(), operation });
      for (const measure of MEASURES) {
        if (size[measure] <= LIMITS[measure]) continue;
        const message = `An operation may have ${LIMITS[measure]} ${WORDS[measure]}, this one has ${size[measure]}.`;
        context.reportError(new GraphQLError(message, { nodes: operation }));
      }
      return false;
    },
  };
}

/** An argument's value that no service accepts: the whole request is refused before any call. */
export class ArgumentRefusal extends GraphQLError {
  override readonly name = "ArgumentRefusal";
}

/**
 * Checks what depends on the variables' values: the arguments, and then the cost. Where the
 * variables do not fit their types it does nothing, since execution reports that.
 *
 * @param request a valid operation of a valid document
 * @throws ArgumentRefusal naming the argument or the variable; GraphQLError where the operation
 *   costs too much
 */
export function checkRequest(
  request: MeasuredOperation & { readonly variables: Readonly<Record<string, unknown>> },
): void {
  const { schema, operation } = request;
  for (const [name, value] of Object.entries(request.variables)) {
    if (holdsInexactNumber(value))
      throw refusal(`$${name} holds a whole number beyond 2^53 - 1: send it as text.`, operation);
  }
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables);
  if (coerced === undefined) return;

  const { cost } = measureOperation(request, (node, definition) => {
    if (definition === undefined) return 1;
    const values = getArgumentValues(definition, node, coerced);
    for (const [name, value] of Object.entries(values)) checkArgument(name, value, node);
    return timesOf(values["first"], definition);
  });
  if (cost <= LIMITS.cost) return;
  throw new GraphQLError(
    `An operation may cost ${LIMITS.cost}, this one costs ${cost}: ask for fewer items or fields at once.`,
    { nodes: operation, extensions: { code: "GRAPHQL_VALIDATION_FAILED", http: { status: 400 } } },
  );
}

/** Lists without `first`, and how many items they count as: most orders have at most 5 lines. */
const USUAL_SIZES: ReadonlyMap<string, number> = new Map([["lines", 5]]);

/** How many items a field answers: for null, the default. */
function timesOf(first: unknown, definition: NonNullable<FieldDefinition>): number {
  if (typeof first === "number") return first;
  const usual = USUAL_SIZES.get(definition.name);
  if (usual !== undefined) return usual;
  const byDefault = definition.args.find(({ name }) => name === "first")?.defaultValue;
  return typeof byDefault === "number" ? byDefault : 1;
}

const MOST_ITEMS = 50;

/** Says what was expected, where an argument's value fits its type but no service accepts it. */
type ArgumentCheck = (value: unknown) => string | undefined;

/** By the argument's name, which means the same in the whole schema. */
const ARGUMENT_CHECKS: ReadonlyMap<string, ArgumentCheck> = new Map<string, ArgumentCheck>([
  ["id", textCheck((text) => PATH_PARAMETER.test(text), "1 to 64 letters, digits, _ or -")],
  [
    "idempotencyKey",
    textCheck((text) => IDEMPOTENCY_KEY.test(text), "8 to 128 visible ASCII characters without spaces"),
  ],
  [
    "after",
    textCheck((text) => fromOrderCursor(text) !== undefined, "an endCursor, or a cursor, of an earlier page"),
  ],
  [
    "first",
    (value) =>
      typeof value !== "number" || (value >= 1 && value <= MOST_ITEMS)
        ? undefined
        : `a whole number from 1 to ${MOST_ITEMS}`,
  ],
]);

/** Null, where the schema allows it, is not a text. */
function textCheck(fits: (text: string) => boolean, expected: string): ArgumentCheck {
  return (value) => (typeof value !== "string" || fits(value) ? undefined : expected);
}

function checkArgument(name: string, value: unknown, node: FieldNode): void {
  const expected = ARGUMENT_CHECKS.get(name)?.(value);
  if (expected !== undefined) throw refusal(`${name} must be ${expected}.`, node);
}

function refusal(message: string, nodes: ASTNode): ArgumentRefusal {
  return new ArgumentRefusal(message, {
    nodes,
    extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
  });
}
