import { ProblemError } from "@triptych/service-kit";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { chooseDocument } from "../documents/choose-document.ts";
import type { DocumentRegistry, RegisteredDocument } from "../documents/registry.ts";
import { mediaTypeOf } from "./media-type.ts";
import { parametersOfBody, parametersOfSearch } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";

export type ReadRequestOptions = {
  readonly registry: DocumentRegistry;
  /** The API key's id of a request that the identity gate let through. */
  readonly clientOf: (res: Response) => string | undefined;
  readonly trustedDocumentsOnly: boolean;
  /** Told of the registered document that a request means. */
  readonly onRegistered: (res: Response, document: RegisteredDocument) => void;
};

/** A middleware: only methods and media types of GraphQL over HTTP pass. The body is not read yet. */
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
  if (req.method === "POST" && req.is("application/json") === false) {
    throw new ProblemError({
      code: "unsupported-media-type",
      detail: "The body must be application/json, and say so in its Content-Type",
    });
  }
  next();
}

/**
 * A middleware behind the JSON parser: checks the request's parameters, puts the registered text in the place of a hash, and hands GraphQL's
 * server a request that it has nothing to complain about. GET is for registered documents alone: what it asks stands in the logs of
 * everything on the way.
 */
export function readGraphqlRequest(options: ReadRequestOptions): RequestHandler {
  return (req, res, next) => {
    const isGet = req.method === "GET";
    const parameters = isGet ? parametersOfSearch(searchOf(req)) : parametersOfBody(req.body);
    const choice = chooseDocument(parameters, {
      registry: options.registry,
      client: options.clientOf(res),
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
    // Null is how GraphQL's server is told that there is none.
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
