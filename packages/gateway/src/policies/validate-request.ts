import type { IncomingMessage } from "node:http";
import { DOUBLED_HEADER, singleHeader } from "@triptych/identity";
import type { Contract as CompiledContract, Operation, ParameterRule } from "../contracts/contract.ts";
import { Refusal } from "../exchange.ts";
import type { Exchange, Policy } from "../exchange.ts";
import {
  hasBody,
  mediaTypeOf,
  queryValues,
  readBody,
  readJson,
  requireSize,
  requireUtf8,
} from "./read-request.ts";
import { validateGraphql } from "./validate-graphql.ts";

/**
 * Creates the policy that checks requests against the contract that their target publishes.
 * Malformed requests end here, the same way for every target, without code for any of them.
 *
 * @param contractOf finds a route's compiled contract; called on each request, since contracts
 *   change while the process runs
 */
export function validateRequest(contractOf: (file: string) => CompiledContract): Policy {
  return async (exchange, req) => {
    const { contract } = exchange.route;
    if (contract.kind === "graphql") return await validateGraphql(exchange, req);
    const [path = "", query = ""] = exchange.forwardedTarget.split("?", 2);
    const found = contractOf(contract.file).find(req.method ?? "", path);
    switch (found.kind) {
      case "no-path":
        throw new Refusal("validation", { code: "not-found", detail: "There is nothing at this address" });
      case "no-method":
        throw new Refusal("validation", {
          code: "method-not-allowed",
          detail: `Only ${found.allow.join(", ")} can be used here`,
          allow: found.allow,
        });
      case "operation": {
        const { parameters } = found.operation;
        checkPath(parameters.path, found.pathValues);
        checkQuery(parameters.query, query, contract.unknownQuery);
        checkHeaders(parameters.header, req);
        await checkBody(found.operation, exchange, req);
      }
    }
  };
}

function checkPath(rules: readonly ParameterRule[], values: readonly string[]): void {
  for (const [index, rule] of rules.entries()) {
    const value = decodeOrRefuse(values[index] ?? "", rule.name);
    report("path parameter", rule.name, rule.check(value));
  }
}

function checkQuery(
  rules: ReadonlyMap<string, ParameterRule>,
  query: string,
  unknown: "refuse" | "ignore",
): void {
  const values = queryValues(query);
  for (const [name, given] of values) {
    const rule = rules.get(name);
    if (rule === undefined) {
      if (unknown === "refuse") report("query parameter", name, "is not in the contract");
    } else if (rule.list === undefined) {
      if (given.length > 1) report("query parameter", name, "may be given only once");
      report("query parameter", name, rule.check(given[0]));
    } else {
      report("query parameter", name, rule.check(rule.list === "comma" ? given.join(",").split(",") : given));
    }
  }
  for (const [name, { required }] of rules) {
    if (required && !values.has(name)) report("query parameter", name, "is missing");
  }
}

function checkHeaders(rules: ReadonlyMap<string, ParameterRule>, req: IncomingMessage): void {
  for (const [name, rule] of rules) {
    const value = singleHeader(req.rawHeaders, name);
    if (value === DOUBLED_HEADER) report("header", rule.name, "may be given only once");
    else if (value !== undefined) report("header", rule.name, rule.check(value));
    else if (rule.required) report("header", rule.name, "is missing");
  }
}

async function checkBody({ body: rule }: Operation, exchange: Exchange, req: IncomingMessage): Promise<void> {
  if (rule === undefined) {
    if (!hasBody(req)) return;
    throw new Refusal("validation", { code: "invalid-request", detail: "This request takes no body" });
  }
  const contentType = req.headers["content-type"];
  const mediaType = mediaTypeOf(contentType);
  if (hasBody(req) && !rule.content.has(mediaType)) {
    throw new Refusal("validation", {
      code: "unsupported-media-type",
      detail: `The body must be ${[...rule.content.keys()].join(" or ")}`,
    });
  }
  requireSize(req, exchange.route.maxBodyBytes);
  const check = rule.content.get(mediaType);
  // A body without a schema is streamed, not read.
  if (hasBody(req) && check === undefined) return;
  const body = await readBody(exchange, req);
  if (body.length === 0) {
    if (rule.required) report("body", "", "is missing");
    return;
  }
  requireUtf8(contentType);
  report("body", "", check?.(readJson(body)));
}

function decodeOrRefuse(value: string, name: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalid("path parameter", name, "is not valid UTF-8");
  }
}

function report(what: string, name: string, wrong: string | undefined): void {
  if (wrong !== undefined) throw invalid(what, name, wrong);
}

/** Names from outside are shown without characters that could do harm. */
function invalid(what: string, name: string, wrong: string): Refusal {
  const shown = name === "" ? "" : ` "${name.replaceAll(/[^A-Za-z0-9_.[\]-]/g, "?").slice(0, 64)}"`;
  return new Refusal("validation", {
    code: "invalid-request",
    detail: `The ${what}${shown} ${wrong}`,
  });
}
