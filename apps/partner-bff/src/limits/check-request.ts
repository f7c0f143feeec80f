import { GraphQLError, getArgumentValues, getVariableValues } from "graphql";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { ARGUMENT_CHECKS } from "./argument-checks.ts";
import { LIMITS } from "./limits.ts";
import { sumOverFields } from "./selected-fields.ts";

/** An argument's value that no service accepts: the request is refused as a whole, before any is asked. */
export class ArgumentRefusal extends GraphQLError {
  override readonly name = "ArgumentRefusal";
}

/**
 * Checks what depends on the variables' values: the arguments, and then the cost: 1 for each field, and what stands below a field with
 * `first` that many times. Where the variables do not fit their types it does nothing: execution says so.
 *
 * @param operation valid, and so is its document
 * @throws ArgumentRefusal naming the argument; GraphQLError where the operation costs too much
 */
export function checkRequest(request: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}): void {
  const { schema, operation } = request;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables);
  if (coerced === undefined) return;

  const cost = sumOverFields(request, ({ node, definition }, below) => {
    if (definition === undefined) return 1;
    const values = getArgumentValues(definition, node, coerced);
    for (const [name, value] of Object.entries(values)) {
      const expected = ARGUMENT_CHECKS.get(name)?.(value);
      if (expected === undefined) continue;
      throw new ArgumentRefusal(`${name} must be ${expected}.`, {
        nodes: node,
        extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
      });
    }
    return (
      1 + below * timesOf(values["first"], definition.args.find(({ name }) => name === "first")?.defaultValue)
    );
  });
  if (cost <= LIMITS.cost) return;
  throw new GraphQLError(
    `An operation may cost ${LIMITS.cost}, this one costs ${cost}: ask for fewer items or fields at once.`,
    { nodes: operation, extensions: { code: "GRAPHQL_VALIDATION_FAILED", http: { status: 400 } } },
  );
}

/** How often what stands below a field is answered: null of them is the default. */
function timesOf(first: unknown, byDefault: unknown): number {
  if (typeof first === "number") return first;
  return typeof byDefault === "number" ? byDefault : 1;
}
