import { answersOf, requestBodyOf } from "./bodies.ts";
import type { Answers, RequestBody } from "./bodies.ts";
import type { Document } from "./document.ts";
import { filterMembers, isJsonArray, isJsonObject, listIn, objectIn, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { dereference, encodeSegment } from "./references.ts";
import { METHODS, decidesValidity, mapSubschemas } from "./walk.ts";

/** One operation of the contract. */
export type ContractOperation = {
  /** The `operationId`, or method and path where the contract gives none. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** It takes an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header). */
  readonly idempotent: boolean;
  /** By place and name, the schemas of the values that a caller chooses. */
  readonly parameters: Readonly<Record<"path" | "query" | "header", JsonObject>>;
  /** Query parameters that are lists with a pair for each item: `a=1&a=2`. */
  readonly repeated: readonly string[];
  /** Query parameters of another form, such as `deepObject`: a client leaves them out. */
  readonly unsendable: readonly string[];
  /** The media type of its body; undefined where none is sent. */
  readonly bodyType: string | undefined;
  readonly formStyles: RequestBody["formStyles"];
  /** Header parameters that a caller may give. */
  readonly headers: readonly string[];
  readonly answers: Answers;
  /** Why no client can call it, in words that follow its name; undefined where one can. */
  readonly leftOut: string | undefined;
};

/** An operation in the document. */
type Found = {
  readonly path: string;
  readonly method: string;
  readonly item: Json;
  readonly operation: JsonObject;
  /** Its own, else those of its path. */
  readonly servers: readonly string[];
};

/** All operations, in the document's order. @throws ContractError at a reference to nothing */
export function operationsOf(document: Document): readonly ContractOperation[] {
  const found = Object.entries(objectIn(document.root, "paths")).flatMap(([path, value]) => {
    const item = dereference(document, value);
    return METHODS.flatMap((method): readonly Found[] => {
      const operation = own(item, method);
      if (!isJsonObject(operation)) return [];
      const servers = [operation, item].map(serversOf).find(({ length }) => length > 0) ?? [];
      return [{ path, method, item, operation, servers }];
    });
  });
  // Where the document names no server, most operations have the same one.
  const byServer = Map.groupBy(
    found.flatMap(({ servers }) => servers.slice(0, 1)),
    (server) => server,
  );
  const [common] = [...byServer.values()].toSorted((a, b) => b.length - a.length);
  const server = serversOf(document.root)[0] ?? common?.[0];
  return found.map((one) => operationOf(document, one, server));
}

/** The addresses in `servers`, with the defaults of their variables and without the scheme. */
function serversOf(holder: Json): readonly string[] {
  return listIn(holder, "servers").flatMap((server) => {
    const url = own(server, "url");
    if (typeof url !== "string") return [];
    const variables = objectIn(server, "variables");
    return url
      .replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
        const value = own(own(variables, name), "default");
        return typeof value === "string" ? value : whole;
      })
      .replace(/^https?:(?=\/\/)/, "")
      .replace(/\/$/, "");
  });
}

/** @param server where most operations are */
function operationOf(document: Document, found: Found, server: string | undefined): ContractOperation {
  const { path, method: pathMethod, item, operation, servers } = found;
  const isElsewhere = servers.length > 0 && server !== undefined && !servers.includes(server);
  const id = own(operation, "operationId");
  const method = pathMethod.toUpperCase();
  const declared = declaredParameters(document, item, operation);
  const declaredIn = (wanted: string): readonly Parameter[] =>
    declared.filter(({ place }) => place === wanted);
  const schemasIn = (place: string): JsonObject =>
    Object.fromEntries(
      declaredIn(place).map(({ name, parameter }) => [
        name,
        plainSchema(document, parameter["schema"] ?? {}, []),
      ]),
    );
  const having = (style: QueryStyle): readonly string[] =>
    declaredIn("query")
      .filter(({ parameter }) => queryStyle(document, parameter) === style)
      .map(({ name }) => name);
  const unsendable = having("unsendable");
  const header = schemasIn("header");
  const body = requestBodyOf(document, method, operation);
  const place = `#/paths/${encodeSegment(path)}/${pathMethod}/responses`;
  const answers = answersOf(document, method, operation, place);
  return {
    name: typeof id === "string" ? id : `${method} ${path}`,
    method,
    path,
    idempotent: Object.keys(header).some((name) => name.toLowerCase() === "idempotency-key"),
    parameters: { path: schemasIn("path"), query: schemasIn("query"), header },
    repeated: having("repeated"),
    unsendable,
    bodyType: body.mediaType,
    formStyles: body.formStyles,
    headers: Object.keys(header).filter((name) => !NOT_ASKED_FOR.has(name.toLowerCase())),
    answers,
    leftOut:
      whyNoMethod(method, path) ??
      (isElsewhere ? `it has a server of its own (${JSON.stringify(servers[0])})` : undefined) ??
      whyNotSendable(path, declared, unsendable) ??
      body.leftOut ??
      answers.leftOut,
  };
}

type Parameter = { readonly place: string; readonly name: string; readonly parameter: JsonObject };

/** Each place and name once: the operation's override the path's (3.1.1, "Path Item Object"). */
function declaredParameters(document: Document, item: Json, operation: JsonObject): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const listed of [...listIn(item, "parameters"), ...listIn(operation, "parameters")]) {
    const parameter = dereference(document, listed);
    const [place, name] = [own(parameter, "in"), own(parameter, "name")];
    if (isJsonObject(parameter) && typeof place === "string" && typeof name === "string")
      found.set(`${place} ${name}`, { place, name, parameter });
  }
  return [...found.values()];
}

/** The schema with each reference replaced by its target; recursion ends as "anything". */
function plainSchema(document: Document, schema: Json, within: readonly Json[]): Json {
  const target = dereference(document, schema);
  if (!isJsonObject(target)) return target;
  if (within.includes(target)) return {};
  return mapSubschemas(filterMembers(target, decidesValidity), "all", (inner) =>
    plainSchema(document, inner, [...within, target]),
  );
}

type QueryStyle = "plain" | "repeated" | "unsendable";

/** How a parameter is written into the query (3.1.1, "Parameter Object"). */
function queryStyle(document: Document, parameter: JsonObject): QueryStyle {
  if (own(parameter, "content") !== undefined) return "unsendable";
  const style = own(parameter, "style") ?? "form";
  const schema = own(parameter, "schema") ?? true;
  if (mayBe(document, schema, "object")) return "unsendable";
  if (!mayBe(document, schema, "array")) return style === "deepObject" ? "unsendable" : "plain";
  const items = own(dereference(document, schema), "items") ?? true;
  if (style !== "form" || mayBe(document, items, "object") || mayBe(document, items, "array"))
    return "unsendable";
  return own(parameter, "explode") === false ? "plain" : "repeated";
}

/** Whether the schema, or one of its branches, names the type. */
function mayBe(document: Document, schema: Json, type: string, depth = 0): boolean {
  const target = dereference(document, schema);
  // Branches are followed five deep, so that a schema that contains itself ends.
  if (!isJsonObject(target) || depth > 5) return false;
  const types = own(target, "type");
  if (types === type || (isJsonArray(types) && types.includes(type))) return true;
  return ["anyOf", "oneOf", "allOf"].some((keyword) =>
    listIn(target, keyword).some((branch) => mayBe(document, branch, type, depth + 1)),
  );
}

/** The methods that a client calls. HEAD, OPTIONS and TRACE ask for no data and change none. */
const CALLED = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/**
 * Headers that a caller is not asked for: the upstream client sends them with every call, or the
 * contract describes them elsewhere (`Accept`, `Content-Type`, `Authorization`).
 */
const NOT_ASKED_FOR = new Set(
  (
    "accept content-type authorization idempotency-key traceparent txn-token x-request-id " +
    "x-request-timeout-ms x-user-id"
  ).split(" "),
);

function whyNoMethod(method: string, path: string): string | undefined {
  if (!CALLED.has(method)) return `clients do not call ${method}`;
  return /[?#]/.test(path) ? "its path holds a query or a fragment" : undefined;
}

function whyNotSendable(
  path: string,
  parameters: readonly Parameter[],
  unsendable: readonly string[],
): string | undefined {
  for (const { place, name, parameter } of parameters) {
    if (place === "path") {
      const isText =
        own(parameter, "content") === undefined && (own(parameter, "style") ?? "simple") === "simple";
      if (!isText) return `its path parameter ${name} is not plain text`;
    } else if (own(parameter, "required") === true) {
      if (place === "cookie") return `it needs the cookie ${name}`;
      if (place === "query" && unsendable.includes(name))
        return `it needs the query parameter ${name}, which is neither a value nor a list of values`;
    }
  }
  const declared = new Set(parameters.filter(({ place }) => place === "path").map(({ name }) => name));
  const unknown = [...path.matchAll(/\{([^}]*)\}/g)].find(([, name = ""]) => !declared.has(name));
  return unknown && `its path has ${unknown[0]}, which no parameter describes`;
}
