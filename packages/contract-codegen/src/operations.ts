import type { Document } from "./document.ts";
import { METHODS } from "./document-schemas.ts";
import { isJsonArray, isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { answersOf } from "./answers.ts";
import type { Answers } from "./answers.ts";
import { whyLeftOut } from "./left-out.ts";
import { queryStyles } from "./query-styles.ts";
import type { QueryStyles } from "./query-styles.ts";
import { dereference, encodeSegment } from "./references.ts";
import { requestBodyOf } from "./request-body.ts";
import { mapSubschemas, withoutAnnotations } from "./schema-keywords.ts";

/** Where a value of the request goes. */
const PARAMETER_PLACES = ["path", "query", "header"] as const;

export type ParameterPlace = (typeof PARAMETER_PLACES)[number];

/** One operation of the contract. */
export type ContractOperation = {
  /** The `operationId`, or method and path where the contract gives none. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** It takes an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header): sent again, it is done once. */
  readonly idempotent: boolean;
  /** Schemas of the values that a caller chooses. */
  readonly parameters: Readonly<Record<ParameterPlace, JsonObject>>;
  readonly query: QueryStyles;
  /** What its body is sent as; undefined where it is sent none. */
  readonly bodyType: string | undefined;
  readonly answers: Answers;
  /** Why no client can call it; undefined where one can. */
  readonly leftOut: string | undefined;
};

/** All operations, in the document's order. @throws ContractError at a reference to nothing */
export function operationsOf(document: Document): readonly ContractOperation[] {
  return Object.entries(objectIn(document.root, "paths")).flatMap(([path, value]) => {
    const item = dereference(document, value);
    if (!isJsonObject(item)) return [];
    return METHODS.flatMap((method) => {
      const operation = own(item, method);
      return isJsonObject(operation) ? [operationOf(document, path, method, item, operation)] : [];
    });
  });
}

function operationOf(
  document: Document,
  path: string,
  method: string,
  item: JsonObject,
  operation: JsonObject,
): ContractOperation {
  const id = own(operation, "operationId");
  const declared = declaredParameters(document, item, operation);
  const parameters = parametersOf(document, declared);
  const query = queryStyles(document, declared);
  const body = requestBodyOf(document, method.toUpperCase(), operation);
  const answers = answersOf(
    document,
    method.toUpperCase(),
    operation,
    `#/paths/${encodeSegment(path)}/${method}/responses`,
  );
  const server = serverOf(operation) ?? serverOf(item);
  const asked = {
    method: method.toUpperCase(),
    path,
    parameters: declared,
    body,
    answers,
    otherServer: server === serverOf(document.root) ? undefined : server,
  };
  return {
    name: typeof id === "string" ? id : `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    idempotent: Object.keys(parameters.header).some((name) => name.toLowerCase() === "idempotency-key"),
    parameters,
    query,
    bodyType: body.mediaType,
    answers,
    leftOut: whyLeftOut({ ...asked, unsendable: query.unsendable }),
  };
}

/** The address of the first server, where there is one. */
function serverOf(holder: JsonObject): Json | undefined {
  const servers = own(holder, "servers");
  const [first] = isJsonArray(servers) ? servers : [];
  return isJsonObject(first) ? own(first, "url") : undefined;
}

/** The operation's come last: they override the path's (3.1.1, "Path Item Object"). */
function declaredParameters(
  document: Document,
  item: JsonObject,
  operation: JsonObject,
): readonly JsonObject[] {
  const all = [own(item, "parameters"), own(operation, "parameters")]
    .flatMap((list) => (isJsonArray(list) ? list : []))
    .map((parameter) => dereference(document, parameter))
    .filter(isJsonObject);
  const byPlace = new Map(
    all.map((parameter) => [JSON.stringify([own(parameter, "in"), own(parameter, "name")]), parameter]),
  );
  return [...byPlace.values()];
}

function parametersOf(
  document: Document,
  all: readonly JsonObject[],
): Readonly<Record<ParameterPlace, JsonObject>> {
  const schemasIn = (place: ParameterPlace): JsonObject =>
    Object.fromEntries(
      all.flatMap((parameter) => {
        const name = own(parameter, "name");
        if (own(parameter, "in") !== place || typeof name !== "string") return [];
        return [[name, plainSchema(document, own(parameter, "schema") ?? {}, [])]];
      }),
    );
  return { path: schemasIn("path"), query: schemasIn("query"), header: schemasIn("header") };
}

/** With its references replaced by what they mean; one that contains itself may be anything there. */
function plainSchema(document: Document, schema: Json, within: readonly Json[]): Json {
  const target = dereference(document, schema);
  if (!isJsonObject(target)) return target;
  if (within.includes(target)) return {};
  return mapSubschemas(withoutAnnotations(target), "all", (inner) =>
    plainSchema(document, inner, [...within, target]),
  );
}
