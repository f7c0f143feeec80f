import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { assertValidSchema, buildSchema, validate } from "graphql";
import type { GraphQLSchema } from "graphql";
import { collectFindings, GuardError } from "../finding.ts";
import type { Finding } from "../finding.ts";
import { schemaComparison } from "../schema/compare-schemas.ts";
import { meaningOf, readOperation } from "./operation.ts";
import type { RegisteredOperation } from "./operation.ts";

/** A published schema, and the documents that partners registered, by file name. */
export type GraphqlContract = {
  readonly schema: string;
  readonly operations: ReadonlyMap<string, string>;
};

/** What became of a released schema. */
export type GraphqlComparison = {
  readonly findings: readonly Finding[];
  /** Changes that could break an operation, but break none that is registered. */
  readonly unnoticed: readonly string[];
};

/**
 * What would break a registered operation: it is gone or no longer valid, its variables may not be
 * what they were, or its answer may be what it was not. What no registered operation notices is
 * safe.
 * @throws GuardError where a schema or a document cannot be read
 */
export async function compareGraphql(
  released: GraphqlContract,
  now: GraphqlContract,
): Promise<GraphqlComparison> {
  const before = schemaOf(released.schema, "the released schema");
  const after = schemaOf(now.schema, "the schema");
  const gone = [...released.operations].filter(([file]) => !now.operations.has(file));
  const findings = [
    ...gone.flatMap(([file, text]) => goneOperation(file, readOperation(file, text))),
    ...[...now.operations].flatMap(([file, text]) =>
      compareOperation(readOperation(file, text), before, after),
    ),
  ];
  if (findings.length > 0) return { findings, unnoticed: [] };
  const changes = await diff(before, after);
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  return { findings, unnoticed: breaking.map(({ message }) => message) };
}

function goneOperation(file: string, { name }: RegisteredOperation): readonly Finding[] {
  const found = collectFindings("request", name);
  const effect = "a client that names it by its hash gets PERSISTED_QUERY_NOT_FOUND";
  found.add("registry", "document-removed", `${file} is gone: ${effect}`);
  return found.all;
}

function compareOperation(
  operation: RegisteredOperation,
  before: GraphQLSchema,
  after: GraphQLSchema,
): readonly Finding[] {
  // It was registered since: it asks for what is new, and was promised nothing old.
  if (validate(before, operation.document).length > 0) return [];
  const request = collectFindings("request", operation.name);
  const answer = collectFindings("answer", operation.name);
  const errors = validate(after, operation.document);
  for (const { message } of errors) request.add("document", "document-invalid", message);
  if (errors.length > 0) return request.all;

  const [old, current] = [meaningOf(operation, before), meaningOf(operation, after)];
  const [client, bff] = [old.document, current.document];
  const sent = schemaComparison({ direction: "request", sender: client, reader: bff });
  request.addAll("variables", sent.compare(old.variables, current.variables));
  const answered = schemaComparison({ direction: "answer", sender: bff, reader: client });
  answer.addAll("data", answered.compare(current.answer, old.answer));
  for (const [place, meant] of old.defaults) {
    const means = current.defaults.get(place);
    if (current.defaults.has(place) && means !== meant)
      request.add(
        place,
        "default-changed",
        `left out, it meant ${meant ?? "nothing"}, and now means ${means ?? "nothing"}`,
      );
  }
  return [...request.all, ...answer.all];
}

function schemaOf(text: string, what: string): GraphQLSchema {
  try {
    const schema = buildSchema(text);
    assertValidSchema(schema);
    return schema;
  } catch (cause) {
    // GraphQL throws plain errors for what is wrong with a schema as a whole.
    if (!(cause instanceof Error)) throw cause;
    throw new GuardError(`${what} is no GraphQL schema: ${cause.message}`, { cause });
  }
}
