import { createHash } from "node:crypto";
import { generate } from "json-schema-faker";
import { jsonReply, problemReply } from "../misbehaving-upstream.ts";
import type { Received, Reply } from "../misbehaving-upstream.ts";
import { fieldsAt, isFields, listAt, resolved } from "./document.ts";
import type { Fields } from "./document.ts";

/** Answers a request as the service of a document would. */
export type Player = (request: Pick<Received, "method" | "path" | "url">) => Promise<Reply>;

/** A schema may contain itself: deeper than this, only what it requires is made. */
const MAX_DEPTH = 10;
/** Lists that say no length have so many elements at most. */
const MAX_ITEMS = 5;

/**
 * A service that exists only as its OpenAPI document: it answers the document's own example, the
 * first one that has a name, or makes a value of the answer's schema. The same request always gets
 * the same answer. What it is sent is not checked.
 */
export function playerOf(document: Fields): Player {
  const operations = operationsOf(document);
  const basePaths = basePathsOf(document);
  return async ({ method, path, url }) => {
    const paths = [
      path,
      ...basePaths.flatMap((base) => (path.startsWith(base) ? [path.slice(base.length)] : [])),
    ];
    const onPath = operations.filter(({ pattern }) => paths.some((each) => pattern.test(each)));
    if (onPath.length === 0) return problemReply(404);
    // Of `/items/new` and `/items/{id}`, the one with fewer parameters is meant.
    const [found] = onPath
      .filter((operation) => operation.method === (method === "HEAD" ? "GET" : method))
      .toSorted((one, other) => one.parameters - other.parameters);
    if (found === undefined) {
      return problemReply(405, { allow: onPath.map((operation) => operation.method).join(", ") });
    }
    return answerOf(document, found.operation, `${method} ${url}`);
  };
}

interface Operation {
  readonly method: string;
  readonly pattern: RegExp;
  /** How many parameters its path has. */
  readonly parameters: number;
  readonly operation: Fields;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

const METHODS = ["get", "put", "post", "delete", "patch"];

function operationsOf(document: Fields): readonly Operation[] {
  return Object.entries(fieldsAt(document, "paths")).flatMap(([path, value]) => {
    const item = resolved(document, value);
    const [first = "", ...rest] = path.split(/\{[^{}]*\}/);
    const pattern = new RegExp(`^${[first, ...rest].map((text) => escaped(text)).join("[^/]+")}/?$`);
    return METHODS.flatMap((method) => {
      const operation = fieldsAt(item, method);
      if (Object.keys(operation).length === 0) return [];
      return [{ method: method.toUpperCase(), pattern, parameters: rest.length, operation }];
    });
  });
}

/** The paths of the document's servers: `/api/v3`. */
function basePathsOf(document: Fields): readonly string[] {
  return listAt(document, "servers").flatMap((server) => {
    const url = isFields(server) ? String(server["url"]) : "";
    const path = url.replace(/^(?:https?:)?\/\/[^/]*/, "").replace(/\/+$/, "");
    return path === "" || path.includes("{") ? [] : [path];
  });
}

async function answerOf(document: Fields, operation: Fields, seed: string): Promise<Reply> {
  const responses = fieldsAt(operation, "responses");
  const statuses = Object.keys(responses)
    .filter((status) => /^2(?:\d\d|XX)$/.test(status))
    .toSorted();
  const [name = "default"] = statuses;
  const status = /^2\d\d$/.test(name) ? Number(name) : 200;
  const response = resolved(document, responses[name]);
  const content = Object.entries(fieldsAt(response, "content"));
  const [type, media] = content.find(([type]) => /[/+]json\b/.test(type)) ?? content[0] ?? [];
  if (type === undefined || status === 204) return { status, headers: {}, body: "" };
  if (!/[/+]json\b/.test(type)) return { status, headers: { "content-type": type }, body: "" };
  const headers = { "content-type": type };
  return jsonReply(await valueOf(document, resolved(document, media), seed), status, headers);
}

/** The named examples first, then the only one, then that of the schema, then one that is made. */
async function valueOf(document: Fields, media: unknown, seed: string): Promise<unknown> {
  for (const example of Object.values(fieldsAt(media, "examples"))) {
    const read = resolved(document, example);
    if (isFields(read) && "value" in read) return read["value"];
  }
  if (isFields(media) && media["example"] !== undefined) return media["example"];
  const schema = isFields(media) ? media["schema"] : undefined;
  const own = resolved(document, schema);
  if (isFields(own)) {
    const [first = own["example"]] = listAt(own, "examples");
    if (first !== undefined) return first;
  }
  if (!isFields(schema)) return {};
  // References lead to `#/components/…`: they are found from the root.
  return generate(
    { ...schema, components: document["components"] },
    {
      seed: seedOf(seed),
      maxDepth: MAX_DEPTH,
      maxDefaultItems: MAX_ITEMS,
      alwaysFakeOptionals: true,
      useExamplesValue: true,
    },
  );
}

function seedOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE();
}
