import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { GuardError } from "./finding.ts";
import type { GraphqlContract } from "./graphql/compare-graphql.ts";
import { isObject, memberOf, textOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/**
 * The form of the contract that an app publishes.
 * @throws GuardError where it publishes none
 */
export function kindOf(app: string): "openapi" | "graphql" {
  const contracts = join(app, "contracts");
  if (existsSync(join(contracts, "openapi.json"))) return "openapi";
  if (existsSync(join(contracts, "schema.graphql"))) return "graphql";
  throw new GuardError(
    `${contracts} holds neither openapi.json nor schema.graphql: an app publishes what it promises`,
  );
}

/**
 * Reads an OpenAPI document.
 * @throws GuardError where the file is no JSON object
 */
export function readOpenApi(file: string): JsonObject {
  return parseOpenApi(readFileSync(file, "utf8"), file);
}

function parseOpenApi(text: string, source: string): JsonObject {
  let parsed: Json;
  try {
    // Some editors put a byte order mark before the document.
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new GuardError(`${source} is no JSON`, { cause });
  }
  if (isObject(parsed)) return parsed;
  throw new GuardError(`${source} is no OpenAPI document, but ${text.slice(0, 40)}`);
}

/**
 * Reads a folder with `schema.graphql` and `operations`, which may have a folder for each client.
 * @throws GuardError where one of them is missing: without operations any schema would be safe
 */
export function readGraphql(folder: string): GraphqlContract {
  const schema = join(folder, "schema.graphql");
  const operations = join(folder, "operations");
  for (const part of [schema, operations]) {
    if (existsSync(part)) continue;
    throw new GuardError(
      `${part} is missing: a GraphQL contract is its schema and the operations that are registered`,
    );
  }
  const files = readdirSync(operations, { recursive: true }).map(String);
  const documents = files.filter((file) => file.endsWith(".graphql")).toSorted();
  return {
    schema: readFileSync(schema, "utf8"),
    operations: new Map(documents.map((file) => [file, readFileSync(join(operations, file), "utf8")])),
  };
}

/** What an app promises now, and what it promises older clients. */
export type ServedContract = {
  readonly newest: JsonObject;
  /** The oldest app version that is answered; undefined where all clients get the same. */
  readonly oldestVersion: string | undefined;
  /** What a client of that version gets: with the older shapes of dated changes. */
  readonly as: (version: string) => JsonObject;
};

/**
 * Reads `contracts/openapi.json`. Where it says that the app answers versions differently
 * (`info.x-oldest-version`), the app's own `node --run contract -- --print <version>` says what a
 * version gets.
 */
export function servedContract(app: string): ServedContract {
  const newest = readOpenApi(join(app, "contracts", "openapi.json"));
  const oldest = memberOf(newest["info"], "x-oldest-version");
  if (typeof oldest !== "string") return { newest, oldestVersion: undefined, as: () => newest };
  const as = (version: string): JsonObject => {
    const args = ["--run", "contract", "--", "--print", version];
    // What it says beside the contract is for whoever writes the contract; an error holds it.
    const options = { cwd: app, encoding: "utf8", stdio: "pipe", maxBuffer: 64 * 1024 * 1024 } as const;
    return parseOpenApi(execFileSync(process.execPath, args, options), `${app}: node ${args.join(" ")}`);
  };
  return { newest, oldestVersion: oldest, as };
}

/** The supported releases, oldest first: each is a file or a folder of `contracts/released`. */
export function releasesOf(app: string): readonly string[] {
  const folder = join(app, "contracts", "released");
  if (!existsSync(folder)) return [];
  const suffix = kindOf(app) === "openapi" ? ".json" : "";
  return readdirSync(folder)
    .map((name) => checkVersion(basename(name, suffix)))
    .toSorted(compareVersions);
}

/**
 * Keeps what the app promises now as the contract of a release. It can be done once: a promise to a
 * released client does not change.
 * @returns the path that was written
 * @throws GuardError where that version, or a newer one, is released already, or where it is not
 *   the version of the contract
 */
export function release(app: string, version: string): string {
  const contracts = join(app, "contracts");
  const isOpenApi = kindOf(app) === "openapi";
  const target = join(contracts, "released", `${checkVersion(version)}${isOpenApi ? ".json" : ""}`);
  if (existsSync(target)) {
    throw new GuardError(`${target} exists already: what a client was promised stays as it was`);
  }
  const last = releasesOf(app).at(-1);
  if (last !== undefined && compareVersions(version, last) < 0)
    throw new GuardError(`${app}: ${version} is older than ${last}, which is released: take a newer version`);
  if (isOpenApi) {
    const { newest, as } = servedContract(app);
    const own = memberOf(newest["info"], "version");
    // Its client package calls itself so, and tells the BFF.
    if (own !== version)
      throw new GuardError(
        `${app}: ${version} is not ${textOf(own)}, the contract's own version: release that, or make ${version} the newest first (versions.newest in src/app.ts, then npm run contracts -- --write)`,
      );
    mkdirSync(join(contracts, "released"), { recursive: true });
    writeFileSync(target, `${JSON.stringify(as(version), undefined, 2)}\n`);
    return target;
  }
  for (const part of ["schema.graphql", "operations"]) {
    if (existsSync(join(contracts, part)))
      cpSync(join(contracts, part), join(target, part), { recursive: true });
  }
  return target;
}

function checkVersion(text: string): string {
  if (/^\d{1,5}\.\d{1,5}\.\d{1,5}$/.test(text)) return text;
  throw new GuardError(`A release is named by its version, such as 3.1.0, but got ${JSON.stringify(text)}`);
}

/**
 * Less than 0 where `a` is older than `b`, for sorting.
 * @throws GuardError where one is no version
 */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
}

/** A version that could come next. What it will be called is known only when it is released. */
export function nextAfter(version: string): string {
  const [major, minor] = partsOf(version);
  return `${major}.${minor + 1}.0`;
}

function partsOf(version: string): readonly [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = checkVersion(version).split(".").map(Number);
  return [major, minor, patch];
}
