import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { GuardError } from "../guard-error.ts";
import type { GraphqlContract } from "../graphql/compare-graphql.ts";
import { isObject } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { checkVersion, compareVersions } from "./version.ts";

/** The form of an app's contract: by which file `contracts` holds. */
export type ContractKind = "openapi" | "graphql";

/** @throws GuardError where the app has no contract */
export function kindOf(app: string): ContractKind {
  const contracts = join(app, "contracts");
  if (existsSync(join(contracts, "openapi.json"))) return "openapi";
  if (existsSync(join(contracts, "schema.graphql"))) return "graphql";
  throw new GuardError(
    `${contracts} holds neither openapi.json nor schema.graphql: an app publishes what it promises`,
  );
}

/** The releases that have not been given up: each is a file or a folder of `contracts/released`, oldest first. */
export function releasesOf(app: string): readonly string[] {
  const folder = join(app, "contracts", "released");
  if (!existsSync(folder)) return [];
  const suffix = kindOf(app) === "openapi" ? ".json" : "";
  return readdirSync(folder)
    .map((name) => checkVersion(basename(name, suffix)))
    .toSorted(compareVersions);
}

/** @throws GuardError where the file is no JSON object */
export function readOpenApi(file: string): JsonObject {
  return parseOpenApi(readFileSync(file, "utf8"), file);
}

export function parseOpenApi(text: string, source: string): JsonObject {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new GuardError(`${source} is no JSON`, { cause });
  }
  if (isObject(parsed)) return parsed;
  throw new GuardError(`${source} is no OpenAPI document, it is ${text.slice(0, 40)}`);
}

/**
 * Reads a folder with `schema.graphql` and `operations`, which may be in folders by client.
 * @throws GuardError where one of them is missing: a schema that nobody's operations stand beside breaks for nobody, whatever becomes of it
 */
export function readGraphql(folder: string): GraphqlContract {
  const operations = join(folder, "operations");
  for (const part of [join(folder, "schema.graphql"), operations]) {
    if (existsSync(part)) continue;
    throw new GuardError(
      `${part} is missing: a GraphQL contract is its schema and the operations that are registered`,
    );
  }
  const files = readdirSync(operations, { recursive: true }).map(String);
  return {
    schema: readFileSync(join(folder, "schema.graphql"), "utf8"),
    operations: new Map(
      files
        .filter((file) => file.endsWith(".graphql"))
        .toSorted()
        .map((file) => [file, readFileSync(join(operations, file), "utf8")]),
    ),
  };
}
