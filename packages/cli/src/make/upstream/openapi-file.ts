import { readFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { fieldsAt, isFields, listAt } from "@triptych/testing/played-service";
import type { Fields } from "@triptych/testing/played-service";
import { Agent, interceptors, request } from "undici";
import { parse } from "yaml";
import { CommandError, UsageError } from "../../command-line.ts";

/** An OpenAPI document, as its file or its address has it. */
export interface OpenApiFile {
  readonly text: string;
  readonly format: "json" | "yaml";
  readonly document: Fields;
}

/** Aliases that one YAML file may expand to, as for contract-codegen. */
const MAX_ALIASES = 100_000;

/**
 * Reads a document. What is wrong inside of it is found when its code is generated.
 *
 * @param place a file, or an address (`https:`, `http:`)
 * @param from what a relative path starts from
 * @param option names the place in an error
 * @throws UsageError where there is no such document, CommandError where it is no OpenAPI 3.0 or
 * 3.1
 */
export async function readOpenApi(
  place: string,
  from: string,
  signal: AbortSignal,
  option = "--openapi",
): Promise<OpenApiFile> {
  const written = /^https?:/.test(place)
    ? await download(place, option, signal)
    : readText(resolve(from, place), option);
  const name = basename(URL.parse(place)?.pathname ?? place);
  // Neither a byte order mark nor the line ends of Windows are part of the document: the repository
  // has neither.
  const text = written.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const format = text.trimStart().startsWith("{") ? "json" : "yaml";
  const document = parsed(text, format, name);
  const version = document["openapi"];
  if (typeof version !== "string" || !/^3\.[01]\.\d/.test(version)) {
    const found = "swagger" in document ? { swagger: document["swagger"] } : version;
    throw new CommandError(
      `${name} must say openapi: 3.0.x or 3.1.x, but says ${JSON.stringify(found) ?? "nothing"}: convert it first`,
    );
  }
  // The gateway takes no YAML contract that does not say where it ends: it may be half of one.
  const isOpen = format === "yaml" && !text.trimEnd().endsWith("\n...");
  return { text: isOpen ? `${text.trimEnd()}\n...\n` : text, format, document };
}

/** @throws UsageError where the file cannot be read */
export function readText(file: string, option: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const code = Object(cause).code;
    throw new UsageError(
      `${option} must name a file of ${extname(file) || "OpenAPI"}: ${file} cannot be read (${code})`,
    );
  }
}

/** Four times the largest document that is known to be of use, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** @throws UsageError where it cannot be read, takes more than 30 s or has more than 64 MiB */
async function download(address: string, option: string, signal: AbortSignal): Promise<string> {
  const shown = `${option} must be a file or an address of a document: ${address.replace(/\?.*/, "?…")}`;
  const agent = new Agent({ maxResponseSize: MOST_BYTES });
  try {
    const { statusCode, body } = await request(address, {
      dispatcher: agent.compose(interceptors.redirect({ maxRedirections: 5 })),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (statusCode !== 200) throw new UsageError(`${shown} answers ${statusCode}`);
    return await body.text();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const { name, code } = Object(cause);
    if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE")
      throw new UsageError(`${shown} is longer than ${MOST_BYTES} bytes`);
    const why = name === "TimeoutError" ? `takes longer than ${TIMEOUT_MS} ms` : "cannot be read";
    throw new UsageError(`${shown} ${why}${typeof code === "string" ? ` (${code})` : ""}`, { cause });
  } finally {
    await agent.destroy();
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

/**
 * The base path of every operation: the path of the first server, or of the one that most
 * operations name where the document names none. `""` where there is none, or it is a template
 * without defaults.
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
