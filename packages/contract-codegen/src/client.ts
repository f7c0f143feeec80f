import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { answersModule } from "./client-answers.ts";
import { parseDocument } from "./document.ts";
import type { Contract } from "./document.ts";
import { generatedFiles } from "./folders.ts";
import { own } from "./json.ts";
import type { Json } from "./json.ts";
import { clientTypes } from "./types.ts";

/** What an app promises its clients now, and what it promised the released ones. */
export type PublishedContracts = {
  /** What to run to regenerate the files: their headers name it. */
  readonly command: string;
  readonly current: Contract;
  /** The texts of released contracts by version, such as `2.4.0`. */
  readonly released: ReadonlyMap<string, string>;
};

/**
 * What an app's `client/generated` should hold, by path, made from its `contracts` folder.
 * @param app the app's folder
 * @throws ContractError when a contract is not valid
 */
export async function wantedClient(app: string): Promise<ReadonlyMap<string, string>> {
  const contracts = join(app, "contracts");
  const released = new Map<string, string>();
  for (const file of globSync("*.json", { cwd: join(contracts, "released") }).toSorted()) {
    released.set(basename(file, ".json"), await readFile(join(contracts, "released", file), "utf8"));
  }
  return clientFiles({
    command: `npm run contracts -w @triptych/${basename(resolve(app))}`,
    current: { source: "openapi.json", text: await readFile(join(contracts, "openapi.json"), "utf8") },
    released,
  });
}

/**
 * Whether an app's `client/generated` is not what its contracts make, with this version.
 * @throws ContractError when a contract is not valid
 */
export async function isClientStale(app: string): Promise<boolean> {
  const there = await generatedFiles(join(app, "client", "generated"));
  return !isDeepStrictEqual(there, await wantedClient(app));
}

/**
 * The generated part of a client package: `answers.js`, which gives every error one form,
 * `contract.d.ts`, the types of the current contract, and `version.js`. An app that answers older
 * versions differently (`x-oldest-version`) also gets `released/2.4.0.d.ts` for each released
 * version, and `released.d.ts`, which finds them by version.
 *
 * @returns the texts by path
 * @throws ContractError when one of the contracts is not valid
 */
export async function clientFiles(contracts: PublishedContracts): Promise<ReadonlyMap<string, string>> {
  const { command, current, released } = contracts;
  const info = own(parseDocument(current).root, "info");
  const files = new Map([
    ["answers.js", answersModule(command)],
    ["contract.d.ts", clientTypes(current, command)],
    ["version.d.ts", versionModule("export declare const CONTRACT_VERSION: ", info, command)],
    ["version.js", versionModule("export const CONTRACT_VERSION = ", info, command)],
  ]);
  if (own(info, "x-oldest-version") === undefined) return files;
  for (const [version, text] of released) {
    const source = `released/${version}.json`;
    files.set(`released/${version}.d.ts`, clientTypes({ source, text }, command));
  }
  return files.set("released.d.ts", releasedIndex([...released.keys()], command));
}

function versionModule(declaration: string, info: Json | undefined, command: string): string {
  return [
    `// Generated from the contract; to regenerate: ${command}`,
    "",
    "/** The version of the contract that this package's types describe: the newest. */",
    `${declaration}${JSON.stringify(own(info, "version"))};`,
    "",
  ].join("\n");
}

/** The client's package.json, with the version of the contract. */
export async function wantedManifest(app: string): Promise<string> {
  const text = await readFile(join(app, "client", "package.json"), "utf8");
  const contract: Json = JSON.parse(await readFile(join(app, "contracts", "openapi.json"), "utf8"));
  return text.replace(/(?<="version": )"[^"]*"/, JSON.stringify(own(own(contract, "info"), "version")));
}

function releasedIndex(versions: readonly string[], command: string): string {
  const named = versions.map((version) => ({ version, name: `v${version.replaceAll(/\W/g, "_")}` }));
  return [
    `// Generated from contracts/released; to regenerate: ${command}`,
    "",
    ...named.map(({ version, name }) => `import type * as ${name} from "./released/${version}.js";`),
    "",
    "/** The contract of each released version. */",
    "export interface Released {",
    ...named.map(
      ({ version, name }) => `  "${version}": { paths: ${name}.paths; operations: ${name}.operations };`,
    ),
    "}",
    "",
  ].join("\n");
}
