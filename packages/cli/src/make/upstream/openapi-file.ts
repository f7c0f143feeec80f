import { readFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { parse } from "yaml";
import { CommandError, UsageError } from "../../command-line.ts";

/** An OpenAPI document, as a file has it. */
export interface OpenApiFile {
  readonly text: string;
  readonly format: "json" | "yaml";
  readonly document: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Aliases that one YAML file may expand to, as for contract-codegen. */
const MAX_ALIASES = 100_000;

/**
 * Reads a document. What is wrong inside of it is found when its code is generated.
 *
 * @param from what a relative path starts from
 * @throws UsageError where there is no such file, CommandError where it is no OpenAPI 3.0 or 3.1
 */
export function readOpenApi(path: string, from: string): OpenApiFile {
  if (/^https?:/.test(path)) throw new UsageError(`--openapi is a file, but got ${path}: download it first`);
  const text = readText(resolve(from, path));
  const format = text.trimStart().startsWith("{") ? "json" : "yaml";
  const document = parsed(text, format, basename(path));
  const version = document["openapi"];
  if (typeof version !== "string" || !/^3\.[01]\.\d/.test(version)) {
    const found = "swagger" in document ? { swagger: document["swagger"] } : version;
    throw new CommandError(
      `${basename(path)} must say openapi: 3.0.x or 3.1.x, but says ${JSON.stringify(found) ?? "nothing"}: convert it first`,
    );
  }
  return { text: format === "yaml" ? withEnd(text) : text, format, document };
}

/** The gateway takes no YAML contract that does not say where it ends: it may be half of one. */
function withEnd(text: string): string {
  return text.trimEnd().endsWith("\n...") ? text : `${text.trimEnd()}\n...\n`;
}

function readText(file: string): string {
  try {
    // Neither a byte order mark nor the line ends of Windows are part of the document: the
    // repository has neither.
    return readFileSync(file, "utf8")
      .replace(/^\uFEFF/, "")
      .replaceAll("\r\n", "\n");
  } catch (cause) {
    const code = Object(cause).code;
    throw new UsageError(
      `--openapi must name a file of ${extname(file) || "OpenAPI"}: ${file} cannot be read (${code})`,
    );
  }
}

function parsed(text: string, format: "json" | "yaml", name: string): Fields {
  let value: unknown;
  try {
    value = format === "json" ? JSON.parse(text) : parse(text, { maxAliasCount: MAX_ALIASES, merge: true });
  } catch (cause) {
    const [line] = String(cause).split("\n");
    throw new CommandError(`${name} is neither JSON nor YAML (${line})`, { cause });
  }
  if (isFields(value)) return value;
  throw new CommandError(`${name} must be an OpenAPI document, but is no object`);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member, where there is an object with one. */
export function fieldsAt(value: unknown, name: string): Fields {
  const member = isFields(value) ? value[name] : undefined;
  return isFields(member) ? member : {};
}

export function listAt(value: unknown, name: string): readonly unknown[] {
  const member: unknown = isFields(value) ? value[name] : undefined;
  return Array.isArray(member) ? member : [];
}

/** What a local reference means; everything else means itself. */
export function resolved(document: Fields, value: unknown): unknown {
  let target = value;
  // A reference to a reference to a reference is legal; one to itself is not, and ends here.
  for (let steps = 0; steps < 10 && isFields(target) && typeof target["$ref"] === "string"; steps += 1) {
    const [, ...segments] = target["$ref"].split("/");
    target = segments.reduce<unknown>(memberAt, document);
  }
  return target;
}

function memberAt(place: unknown, segment: string): unknown {
  const name = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
  if (Array.isArray(place)) return place[Number(name)];
  return isFields(place) ? place[name] : undefined;
}

/**
 * The base path of every operation: the path of the first server, or of the one that most operations
 * name where the document names none. `""` where there is none, or it is a template without defaults.
 */
export function basePathOf(document: Fields): string {
  const [server] = [...listAt(document, "servers"), ...commonServer(document)];
  const template = isFields(server) ? server["url"] : undefined;
  if (typeof template !== "string") return "";
  const variables = fieldsAt(server, "variables");
  const url = template.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
    const value = fieldsAt(variables, name)["default"];
    return typeof value === "string" ? value : whole;
  });
  if (url.includes("{")) return "";
  const path = url.replace(/^(?:https?:)?\/\/[^/]*/, "").replace(/\/+$/, "");
  return path.startsWith("/") ? path : "";
}

function commonServer(document: Fields): readonly unknown[] {
  const found = Object.values(fieldsAt(document, "paths")).flatMap((item) => {
    const operations = isFields(item) ? Object.values(item) : [];
    return [item, ...operations].flatMap((holder) => listAt(holder, "servers").slice(0, 1));
  });
  const byText = Map.groupBy(found, (server) => JSON.stringify(server));
  return [...byText.values()].toSorted((one, other) => other.length - one.length)[0]?.slice(0, 1) ?? [];
}
