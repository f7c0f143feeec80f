import type { IncomingMessage } from "node:http";
import { DOUBLED_HEADER, singleHeader } from "@triptych/identity";
import { hasBody, isJsonType, mediaTypeOf } from "@triptych/service-kit";
import type { BodyRule, Contract as CompiledContract, Operation } from "../contracts/contract.ts";
import type { ParameterRule } from "../contracts/parameters.ts";
import { Refusal } from "../exchange.ts";
import type { Exchange, Outgoing, Policy } from "../exchange.ts";
import { queryValues, readBody, readJson, writeQuery } from "./read-request.ts";
import type { Query } from "./read-request.ts";
import { validateGraphql } from "./validate-graphql.ts";

/**
 * Creates the policy that checks requests against the contract that their target publishes, and
 * builds what is forwarded from what it checked. Malformed requests end here, the same way for
 * every target, without code for any of them.
 *
 * @param contractOf finds a route's compiled contract; called on each request, since contracts
 *   change while the process runs
 */
export function validateRequest(contractOf: (file: string) => CompiledContract): Policy {
  return async (exchange, req) => {
    const { contract } = exchange.route;
    if (contract.kind === "graphql") {
      exchange.outgoing = await validateGraphql(exchange, req);
      return;
    }
    const found = contractOf(contract.file).find(req.method ?? "", exchange.targetPath);
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
        const { parameters, body } = found.operation;
        const path = readPath(parameters.path, found.template, found.pathValues);
        const query = readQuery(parameters.query, exchange.target.query, contract.unknownQuery);
        const headers = readHeaders(parameters.header, req);
        exchange.outgoing = {
          target: `${path}${writeQuery(query)}`,
          ...(await readContent(body, headers, exchange, req)),
        };
      }
    }
  };
}

function readPath(rules: readonly ParameterRule[], template: string, values: readonly string[]): string {
  if (rules.length === 0) return template;
  const written = rules.map((rule, index) => {
    const value = decodeOrRefuse(values[index] ?? "", rule.name);
    return read("path parameter", rule, [value]).map(encodeURIComponent).join(",");
  });
  return template.replaceAll(/\{[^{}]+\}/g, () => written.shift() ?? "");
}

/**
 * Unknown parameters are refused, or passed on for links to which other sites add some. What is
 * passed on has been decoded and is encoded again, so its name cannot be read as a known one.
 */
function readQuery(
  rules: Operation["parameters"]["query"],
  query: string,
  unknown: "refuse" | "ignore",
): Query {
  const values = queryValues(query);
  for (const [name, { required }] of rules) {
    if (required && !values.has(name)) throw invalid("query parameter", name, "is missing");
  }
  return [...values].flatMap(([name, given]) => {
    const rule = rules.get(name);
    if (rule === undefined && unknown === "refuse") {
      throw invalid("query parameter", name, "is not in the contract");
    }
    const texts = rule === undefined ? given : read("query parameter", rule, given);
    const lists = rule?.list === "comma" ? [texts] : texts.map((text) => [text]);
    return lists.map((list): Query[number] => [name, list]);
  });
}

function readHeaders(rules: Operation["parameters"]["header"], req: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, rule] of rules) {
    const value = singleHeader(req.rawHeaders, name);
    if (value === DOUBLED_HEADER) throw invalid("header", rule.name, "may be given only once");
    if (value !== undefined) headers.set(name, read("header", rule, [value]).join(", "));
    else if (rule.required) throw invalid("header", rule.name, "is missing");
  }
  return headers;
}

/** Reads a parameter's values and returns the texts that are forwarded for it. */
function read(what: string, rule: ParameterRule, given: readonly string[]): string[] {
  const [first = ""] = given;
  if (rule.list !== "repeated" && given.length > 1) throw invalid(what, rule.name, "may be given only once");
  const items = rule.list === "comma" ? first.split(",").map((item) => item.trim()) : [...given];
  const result = rule.read(rule.list === undefined ? first : items);
  if ("wrong" in result) throw invalid(what, rule.name, result.wrong);
  return result.texts;
}

async function readContent(
  rule: BodyRule | undefined,
  headers: Map<string, string>,
  exchange: Exchange,
  req: IncomingMessage,
): Promise<Pick<Outgoing, "headers" | "body">> {
  if (!hasBody(req)) {
    if (rule?.required === true) throw invalid("body", "", "is missing");
    return { headers, body: Buffer.alloc(0) };
  }
  if (rule === undefined) {
    throw new Refusal("validation", { code: "invalid-request", detail: "This request takes no body" });
  }
  const mediaType = contentTypeFor(rule, mediaTypeOf(req.headers["content-type"]));
  const body = await readBody(req, exchange.route.maxBodyBytes);
  if (body.length > 0) {
    const check = rule.content.get(mediaType);
    const wrong = check?.(readJson(body));
    if (wrong !== undefined) throw invalid("body", "", wrong);
    // A type whose parameters matter, such as a boundary, is not JSON and keeps them.
    headers.set("content-type", isJsonType(mediaType) ? mediaType : (req.headers["content-type"] ?? ""));
  } else if (rule.required) {
    throw invalid("body", "", "is missing");
  }
  return { headers, body };
}

/** Any JSON is read, checked and forwarded as `application/json` where the contract has that. */
function contentTypeFor({ content }: BodyRule, mediaType: string): string {
  if (content.has(mediaType)) return mediaType;
  if (isJsonType(mediaType) && content.has("application/json")) return "application/json";
  throw new Refusal("validation", {
    code: "unsupported-media-type",
    detail: `The body must be ${[...content.keys()].join(" or ")}`,
  });
}

function decodeOrRefuse(value: string, name: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalid("path parameter", name, "is not valid UTF-8");
  }
}

/** Names from outside are shown without characters that could do harm. */
function invalid(what: string, name: string, wrong: string): Refusal {
  const shown = name === "" ? "" : ` "${name.replaceAll(/[^A-Za-z0-9_.[\]-]/g, "?").slice(0, 64)}"`;
  return new Refusal("validation", {
    code: "invalid-request",
    detail: `The ${what}${shown} ${wrong}`,
  });
}
