import type { Document } from "./document.ts";
import { METHODS } from "./document-schemas.ts";
import { isJsonArray, isJsonObject, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { queryStyles } from "./query-styles.ts";
import type { QueryStyles } from "./query-styles.ts";
import { dereference, encodeSegment } from "./references.ts";
import { mapSubschemas, withoutAnnotations } from "./schema-keywords.ts";

/** Where a value of the request goes. */
const PARAMETER_PLACES = ["path", "query", "header"] as const;

export type ParameterPlace = (typeof PARAMETER_PLACES)[number];

/** An answer that a service may give: its JSON schema and where in the document it stands. */
export type DeclaredAnswer = {
  readonly status: string;
  readonly mediaType: string;
  readonly schema: Json;
  readonly place: string;
};

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
  readonly answers: readonly DeclaredAnswer[];
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
  return {
    name: typeof id === "string" ? id : `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    idempotent: Object.keys(parameters.header).some((name) => name.toLowerCase() === "idempotency-key"),
    parameters,
    query: queryStyles(document, declared),
    answers: answersOf(document, operation, `#/paths/${encodeSegment(path)}/${method}/responses`),
  };
}

/** JSON, or whatever was asked for, as frameworks write that do not know what they answer. */
const JSON_OR_ANY = /^(?:application\/json|application\/\*|\*\/\*)\s*(?:;|$)/i;

/** The bodies of successes that are JSON: of the others a caller sees that they came, never their body. */
function answersOf(document: Document, operation: JsonObject, place: string): readonly DeclaredAnswer[] {
  return Object.entries(objectIn(operation, "responses")).flatMap(([status, value]) => {
    const response = dereference(document, value);
    if (!/^2(\d\d|XX)$/.test(status) || !isJsonObject(response)) return [];
    return Object.entries(objectIn(response, "content"))
      .filter(([mediaType]) => JSON_OR_ANY.test(mediaType))
      .map(([mediaType, content]) => ({
        status,
        mediaType,
        schema: isJsonObject(content) ? (own(content, "schema") ?? true) : true,
        place: `${place}/${status}`,
      }));
  });
}

/** The operation's come last: they override the path's (3.1.1, "Path Item Object"). */
function declaredParameters(
  document: Document,
  item: JsonObject,
  operation: JsonObject,
): readonly JsonObject[] {
  return [own(item, "parameters"), own(operation, "parameters")]
    .flatMap((list) => (isJsonArray(list) ? list : []))
    .map((parameter) => dereference(document, parameter))
    .filter(isJsonObject);
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
