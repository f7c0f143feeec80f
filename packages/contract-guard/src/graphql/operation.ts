import {
  GraphQLError,
  GraphQLNonNull,
  Kind,
  TypeInfo,
  getNamedType,
  getOperationAST,
  isInputObjectType,
  isInputType,
  isNonNullType,
  parse,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type {
  ArgumentNode,
  DocumentNode,
  GraphQLArgument,
  GraphQLInputField,
  GraphQLSchema,
  ObjectFieldNode,
  OperationDefinitionNode,
} from "graphql";
import { GuardError } from "../finding.ts";
import type { Json, JsonObject } from "../json.ts";
import { answerSchema, defaultOf, inputSchema } from "./schemas.ts";

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
  /** By place, the default of each argument and input field that a client may leave out. */
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
export function meaningOf(registered: RegisteredOperation, schema: GraphQLSchema): Meaning {
  const { document, operation } = registered;
  const inputs = new Map<string, JsonObject>();
  const variables: Record<string, Json> = {};
  const required: string[] = [];
  const { defaults, neverNull } = placesOf(registered, schema);
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const found = typeFromAST(schema, type);
    if (!isInputType(found)) continue;
    const refusesNull = neverNull.has(variable.name.value) && !isNonNullType(found);
    variables[variable.name.value] = inputSchema(refusesNull ? new GraphQLNonNull(found) : found, inputs);
    if (type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined) required.push(variable.name.value);
  }
  const root = schema.getRootType(operation.operation);
  const definitions = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = new Map(definitions.map((definition) => [definition.name.value, definition]));
  return {
    variables: { type: "object", required, properties: variables },
    answer: root ? answerSchema(root, [operation.selectionSet], { schema, fragments }) : true,
    document: { components: { schemas: Object.fromEntries(inputs) } },
    defaults,
  };
}

/** What the places of a document say, in which it gives values. */
type Places = Pick<Meaning, "defaults"> & {
  /** Variables that are used where null is refused, though their own type allows it. */
  readonly neverNull: ReadonlySet<string>;
};

/**
 * Looks at every argument and every input object of a document. One that is left out has no
 * variable to compare, only a default. So has one whose variable the client may leave out.
 */
function placesOf({ document, operation }: RegisteredOperation, schema: GraphQLSchema): Places {
  const defaults = new Map<string, string | undefined>();
  const neverNull = new Set<string>();
  const types = new TypeInfo(schema);
  const mayBeLeftOut = new Set(
    (operation.variableDefinitions ?? [])
      .filter(({ type, defaultValue }) => type.kind !== Kind.NON_NULL_TYPE && defaultValue === undefined)
      .map(({ variable }) => variable.name.value),
  );
  const addDefaults = (
    place: (name: string) => string,
    inputs: readonly (GraphQLArgument | GraphQLInputField)[],
    given: readonly (ArgumentNode | ObjectFieldNode)[],
  ): void => {
    for (const input of inputs) {
      const value = given.find(({ name }) => name.value === input.name)?.value;
      const isGiven =
        value?.kind === Kind.VARIABLE ? !mayBeLeftOut.has(value.name.value) : value !== undefined;
      if (!isGiven) defaults.set(place(input.name), defaultOf(input));
    }
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType()?.name;
        const place = (name: string): string => `${parent}.${node.name.value}(${name})`;
        addDefaults(place, types.getFieldDef()?.args ?? [], node.arguments ?? []);
      },
      ObjectValue(node) {
        const type = getNamedType(types.getInputType());
        if (!isInputObjectType(type)) return;
        addDefaults((name) => `${type.name}.${name}`, Object.values(type.getFields()), node.fields);
      },
      Variable(node) {
        if (isNonNullType(types.getInputType())) neverNull.add(node.name.value);
      },
      // The definitions are no places.
      VariableDefinition: () => false,
    }),
  );
  return { defaults, neverNull };
}
