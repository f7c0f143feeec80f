import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { GraphQLError, buildSchema, validate } from "graphql";
import type { GraphQLSchema } from "graphql";
import type { Direction, Finding, FindingCode } from "../finding.ts";
import { GuardError } from "../guard-error.ts";
import type { Json } from "../json.ts";
import { compareSchemas } from "../schema/compare-schemas.ts";
import { comparison } from "../schema/comparison.ts";
import { meaningOf, readOperation } from "./operation.ts";
import type { RegisteredOperation } from "./operation.ts";

/** A published schema, and the documents that partners registered, by their files' names. */
export type GraphqlContract = {
  readonly schema: string;
  readonly operations: ReadonlyMap<string, string>;
};

export type GraphqlComparison = {
  readonly findings: readonly Finding[];
  /** Changes that break somebody's operation, but no registered one. */
  readonly unnoticed: readonly string[];
};

/**
 * What of a schema would break a registered operation: it is not valid any more, its variables may not be what they were, or its
 * answer may be what it was not. What no operation notices is safe.
 * @throws GuardError where a schema or a document cannot be read
 */
export async function compareGraphql(
  released: GraphqlContract,
  now: GraphqlContract,
): Promise<GraphqlComparison> {
  const [before, after] = [read(released.schema, "the released schema"), read(now.schema, "the schema")];
  const gone = [...released.operations]
    .filter(([file]) => !now.operations.has(file))
    .map(([file, text]) => removed(readOperation(file, text), file));
  const findings = [
    ...gone,
    ...[...now.operations].flatMap(([file, text]) =>
      compareOperation(readOperation(file, text), before, after),
    ),
  ];
  const changes = await diff(before, after);
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  return {
    findings,
    unnoticed: findings.length === 0 ? breaking.map(({ message }) => message) : [],
  };
}

function compareOperation(
  operation: RegisteredOperation,
  before: GraphQLSchema,
  after: GraphQLSchema,
): readonly Finding[] {
  // One that was registered since asks for what is new, and waits for nothing old.
  if (validate(before, operation.document).length > 0) return [];
  const errors = validate(after, operation.document);
  if (errors.length > 0) {
    return errors.map(({ message }) => ({
      code: "document-invalid",
      direction: "request",
      operation: operation.name,
      part: "document",
      at: [],
      what: message,
    }));
  }
  const [old, current] = [meaningOf(operation, before), meaningOf(operation, after)];
  const compare = (direction: Direction, part: string, sent: Json, read: Json): readonly Finding[] => {
    const [sender, reader] = direction === "request" ? [old, current] : [current, old];
    const compared = comparison({
      direction,
      sender: sender.document,
      reader: reader.document,
      problem: false,
    });
    return compareSchemas(sent, read, compared).map(({ code, at, what }) => ({
      code,
      direction,
      operation: operation.name,
      part,
      at,
      what,
    }));
  };
  return [
    ...compare("request", "variables", old.variables, current.variables),
    ...compare("answer", "data", current.answer, old.answer),
    ...changedDefaults(operation, old.defaults, current.defaults),
  ];
}

function changedDefaults(
  { name }: RegisteredOperation,
  before: ReadonlyMap<string, string | undefined>,
  after: ReadonlyMap<string, string | undefined>,
): readonly Finding[] {
  return [...before]
    .filter(([place, value]) => after.has(place) && after.get(place) !== value)
    .map(([place, value]) => ({
      code: "default-changed",
      direction: "request",
      operation: name,
      part: place,
      at: [],
      what: `left out, it meant ${value ?? "nothing"}, and means ${after.get(place) ?? "nothing"} now`,
    }));
}

function removed({ name }: RegisteredOperation, file: string): Finding {
  const code: FindingCode = "document-removed";
  return {
    code,
    direction: "request",
    operation: name,
    part: "registry",
    at: [],
    what: `${file} is gone: a client that names it by its hash gets PERSISTED_QUERY_NOT_FOUND`,
  };
}

function read(text: string, what: string): GraphQLSchema {
  try {
    return buildSchema(text);
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    throw new GuardError(`${what} is no GraphQL schema: ${cause.message}`, { cause });
  }
}
