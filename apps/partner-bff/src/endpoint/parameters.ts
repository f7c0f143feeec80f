import { ProblemError } from "@triptych/service-kit";

/** A request's well-formed parameters (GraphQL over HTTP, section 5). Null counts as missing. */
export interface Parameters {
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

const NAMES: ReadonlySet<string> = new Set(["query", "operationName", "variables", "extensions"]);

/** A POST's parameters, from its parsed JSON. @throws ProblemError `invalid-request`, says why */
export function parametersOfBody(body: unknown): Parameters {
  // A list would be a batch, and one request is one operation.
  if (!isObject(body)) throw invalid("The body must be a JSON object with a query");
  return {
    query: text("query", body["query"]),
    operationName: text("operationName", body["operationName"]),
    variables: map("variables", body["variables"]),
    extensions: map("extensions", body["extensions"]),
  };
}

/**
 * A GET's parameters, from its query string: each at most once, `variables` and `extensions` as
 * JSON.
 *
 * @throws ProblemError `invalid-request`, says why
 */
export function parametersOfSearch(search: URLSearchParams): Parameters {
  for (const name of search.keys()) {
    if (!NAMES.has(name))
      throw invalid(`The query string may hold ${[...NAMES].join(", ")} and nothing else`);
    if (search.getAll(name).length > 1) throw invalid(`${name} is more than once in the query string`);
  }
  return {
    query: search.get("query") ?? undefined,
    operationName: search.get("operationName") ?? undefined,
    variables: map("variables", parsed("variables", search.get("variables"))),
    extensions: map("extensions", parsed("extensions", search.get("extensions"))),
  };
}

function parsed(name: string, json: string | null): unknown {
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(`${name} is not valid JSON`);
  }
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(`${name} must be a string`);
  return value;
}

function map(name: string, value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`${name} must be a JSON object`);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(detail: string): ProblemError {
  return new ProblemError({ code: "invalid-request", detail });
}
