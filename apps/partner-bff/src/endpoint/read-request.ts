import { JSON_TYPES } from "@triptych/screen";
import { ProblemError } from "@triptych/service-kit";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { chooseDocument } from "../documents/choose-document.ts";
import type { DocumentRegistry, RegisteredDocument } from "../documents/contract.ts";
import { parametersOfBody, parametersOfSearch } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";

/** What this endpoint answers in; the first is the default (GraphQL over HTTP, section 4.1). */
const MEDIA_TYPES = ["application/json", "application/graphql-response+json"] as const;

/** A media type of this endpoint's answers. */
export type MediaType = (typeof MEDIA_TYPES)[number];

/**
 * The answer's media type.
 *
 * @throws ProblemError `not-acceptable` where the client accepts neither
 */
export function mediaTypeOf(req: Request): MediaType {
  const accepted = req.accepts([...MEDIA_TYPES]);
  const mediaType = MEDIA_TYPES.find((candidate) => candidate === accepted);
  if (mediaType !== undefined) return mediaType;
  throw new ProblemError({
    code: "not-acceptable",
    detail: `This address answers ${MEDIA_TYPES.join(" and ")}`,
  });
}

/** What `readGraphqlRequest` needs to find documents. */
export interface ReadRequestOptions {
  readonly registry: DocumentRegistry;
  /** The API key id of the verified identity; undefined for a person. */
  readonly apiKeyIdOf: (res: Response) => string | undefined;
  readonly trustedDocumentsOnly: boolean;
  /** Called with the registered document that a request names. */
  readonly onRegistered: (res: Response, document: RegisteredDocument) => void;
}

/**
 * A middleware: only methods and media types of GraphQL over HTTP pass. It does not read the
 * body.
 */
export function acceptGraphql(req: Request, res: Response, next: NextFunction): void {
  if (req.method !== "POST" && req.method !== "GET") {
    throw new ProblemError({
      code: "method-not-allowed",
      detail: "This address answers GET and POST",
      allow: ["GET", "POST"],
    });
  }
  res.vary("Accept");
  mediaTypeOf(req);
  if (req.method === "POST" && req.is(JSON_TYPES) === false) {
    throw new ProblemError({
      code: "unsupported-media-type",
      detail: "The body must be application/json, and say so in its Content-Type",
    });
  }
  next();
}

/**
 * A middleware after the JSON parser. It checks the request's parameters, replaces a hash by its
 * registered text, and leaves a request that Apollo Server accepts. A GET is only for registered
 * documents: its query string ends up in the logs of every hop.
 */
export function readGraphqlRequest(options: ReadRequestOptions): RequestHandler {
  return (req, res, next) => {
    const isGet = req.method === "GET";
    const parameters = isGet ? parametersOfSearch(searchOf(req)) : parametersOfBody(req.body);
    const choice = chooseDocument(parameters, {
      registry: options.registry,
      apiKeyId: options.apiKeyIdOf(res),
      registeredOnly: isGet || options.trustedDocumentsOnly,
    });
    if (!choice.ok) {
      const { status, code, message } = choice;
      const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
      res.status(status).type(mediaTypeOf(req)).setHeader("Cache-Control", "private, no-store").send(body);
      return;
    }
    if (choice.registered !== undefined) options.onRegistered(res, choice.registered);
    if (isGet) req.url = `${req.path}?${searchFrom(parameters, choice.text).toString()}`;
    // Apollo Server wants null for what is missing.
    const { operationName = null, variables = null } = parameters;
    req.body = { query: choice.text, operationName, variables };
    next();
  };
}

function searchOf(req: Request): URLSearchParams {
  const start = req.url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : req.url.slice(start + 1));
}

function searchFrom({ operationName, variables }: Parameters, query: string): URLSearchParams {
  const search = new URLSearchParams({ query });
  if (operationName !== undefined) search.set("operationName", operationName);
  if (variables !== undefined) search.set("variables", JSON.stringify(variables));
  return search;
}
