import type { IncomingMessage } from "node:http";
import { hasBody, isJsonType, mediaTypeOf } from "@triptych/service-kit";
import { isObject } from "../contracts/document.ts";
import { Refusal } from "../exchange.ts";
import type { Exchange, Outgoing } from "../exchange.ts";
import { queryValues, readBody, readJson, writeQuery } from "./read-request.ts";

/** The members of a GraphQL request (GraphQL over HTTP, section 5.1) and their types. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  query: (value) => typeof value === "string",
  operationName: (value) => value === null || typeof value === "string",
  variables: (value) => value === null || isObject(value),
  extensions: (value) => value === null || isObject(value),
};
/** In a query string these are JSON. */
const JSON_MEMBERS = new Set(["variables", "extensions"]);

/**
 * Checks a GraphQL request's size and form: a single operation, as JSON or, for persisted queries,
 * in the query of a GET. What it asks for is checked by the BFF, which has the schema.
 *
 * @returns the same request, in one spelling
 */
export async function validateGraphql(exchange: Exchange, req: IncomingMessage): Promise<Outgoing> {
  const { target, route, targetPath } = exchange;
  if (target.path !== route.prefix) {
    throw new Refusal("validation", { code: "not-found", detail: "There is nothing at this address" });
  }
  if (req.method === "GET") {
    if (hasBody(req)) throw invalid("This request takes no body");
    const values = [...queryValues(target.query)];
    checkForm(fromQuery(values));
    return { target: `${targetPath}${writeQuery(values)}`, headers: new Map(), body: Buffer.alloc(0) };
  }
  if (req.method === "POST") {
    if (!isJsonType(mediaTypeOf(req.headers["content-type"]))) {
      throw new Refusal("validation", {
        code: "unsupported-media-type",
        detail: "The body must be application/json",
      });
    }
    if (target.query !== "") throw invalid("A POST has its request in the body, not in the query");
    const body = await readBody(req, route.maxBodyBytes);
    checkForm(readJson(body));
    return { target: targetPath, headers: new Map([["content-type", "application/json"]]), body };
  }
  throw new Refusal("validation", {
    code: "method-not-allowed",
    detail: "Only GET, POST can be used here",
    allow: ["GET", "POST"],
  });
}

function checkForm(request: unknown): void {
  if (!isObject(request))
    throw invalid("The body must be one JSON object: a list of operations is not accepted");
  for (const [name, value] of Object.entries(request)) {
    if (!Object.hasOwn(MEMBERS, name)) {
      throw invalid("Only query, operationName, variables and extensions can be sent");
    }
    if (MEMBERS[name]?.(value) !== true)
      throw invalid(`"${name}" does not have the type that GraphQL requires`);
  }
  const { query, extensions } = request;
  if (query === undefined && !(isObject(extensions) && isObject(extensions["persistedQuery"]))) {
    throw invalid('Either "query" or a persisted query in "extensions" must be sent');
  }
}

function fromQuery(parameters: readonly (readonly [string, readonly string[]])[]): Record<string, unknown> {
  const request: Record<string, unknown> = {};
  for (const [name, values] of parameters) {
    const [value = ""] = values;
    if (values.length > 1) throw invalid("Each query parameter may be given only once");
    if (!Object.hasOwn(MEMBERS, name)) {
      throw invalid("Only query, operationName, variables and extensions can be sent");
    }
    request[name] = JSON_MEMBERS.has(name) ? readJson(Buffer.from(value)) : value;
  }
  return request;
}

function invalid(detail: string): Refusal {
  return new Refusal("validation", { code: "invalid-request", detail });
}
