import { GraphQLError } from "graphql";
import type { ASTVisitor, ValidationContext } from "graphql";
import { LIMITS } from "./limits.ts";
import { shapeOf } from "./shape.ts";

const LIMITED = ["depth", "aliases", "directives"] as const;

/** A validation rule: refuses an operation that is deeper, or has more aliases or directives, than `LIMITS` allows. */
export function shapeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      // No rule of GraphQL.js looks at it, and execution would take it for a fault of the schema.
      if (context.getSchema().getRootType(operation.operation) == null) {
        const message = `The schema has no ${operation.operation}s.`;
        context.reportError(new GraphQLError(message, { nodes: operation }));
        return false;
      }
      const shape = shapeOf(context.getDocument(), operation);
      for (const measure of LIMITED) {
        if (shape[measure] <= LIMITS[measure]) continue;
        const message = `An operation may have ${LIMITS[measure]} ${WORDS[measure]}, this one has ${shape[measure]}.`;
        context.reportError(new GraphQLError(message, { nodes: operation }));
      }
      return false;
    },
  };
}

const WORDS = {
  depth: "levels of fields",
  aliases: "aliases",
  directives: "directives",
} as const satisfies Record<(typeof LIMITED)[number], string>;
