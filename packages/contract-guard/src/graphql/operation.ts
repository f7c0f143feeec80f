import {
  GraphQLError,
  Kind,
  TypeInfo,
  astFromValue,
  getOperationAST,
  isInputType,
  parse,
  print,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { GuardError } from "../finding.ts";
import type { Json, JsonObject } from "../json.ts";
import { answerSchema, inputSchema } from "./schemas.ts";

/** A document that a partner registered. */
export type RegisteredOperation = {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** `query Home` */
  readonly name: string;
};

/** What an operation means in a schema: which variables it takes, and what it is answered. */
export type Meaning = {
  readonly variables: Json;
  readonly answer: Json;
  /** Holds the schemas of input objects, for references. */
  readonly document: JsonObject;
  /** By field and argument, the default of each argument that the operation leaves out. */
  readonly defaults: ReadonlyMap<string, string | undefined>;
};

/**
 * Parses a registered document.
 * @throws GuardError where the text is not a document with exactly one operation
 */
export function readOperation(file: string, text: string): RegisteredOperation {
  const document = parsed(file, text);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) {
    throw new GuardError(`${file} must hold exactly one operation`);
  }
  return { document, operation, name: `${operation.operation} ${operation.name?.value ?? "without a name"}` };
}

function parsed(file: string, text: string): DocumentNode {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    throw new GuardError(`${file} is no GraphQL document: ${cause.message}`, { cause });
  }
}

/**
 * What the operation means in a schema.
 * @param schema one in which the operation is valid
 */
export function meaningOf({ document, operation }: RegisteredOperation, schema: GraphQLSchema): Meaning {
  const inputs = new Map<string, JsonObject>();
  const variables: Record<string, Json> = {};
  const required: string[] = [];
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const found = typeFromAST(schema, type);
    if (!isInputType(found)) continue;
    variables[variable.name.value] = inputSchema(found, inputs);
    if (type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined) required.push(variable.name.value);
  }
  const root = schema.getRootType(operation.operation);
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  );
  return {
    variables: { type: "object", required, properties: variables },
    answer: root ? answerSchema(root, [operation.selectionSet], { schema, fragments }) : true,
    document: { components: { schemas: Object.fromEntries(inputs) } },
    defaults: defaultsOf(document, schema),
  };
}

/** An argument that is left out has no variable to compare, only a default. */
function defaultsOf(document: DocumentNode, schema: GraphQLSchema): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const given = new Set((node.arguments ?? []).map(({ name }) => name.value));
        for (const { name, defaultValue, type } of types.getFieldDef()?.args ?? []) {
          if (given.has(name)) continue;
          const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, type);
          const place = `${types.getParentType()?.name}.${node.name.value}(${name})`;
          found.set(place, value === undefined || value === null ? undefined : print(value));
        }
      },
    }),
  );
  return found;
}
