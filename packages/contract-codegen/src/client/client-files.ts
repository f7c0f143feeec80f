import { parseDocument } from "../document.ts";
import { isJsonObject, own } from "../json.ts";
import { clientTypes } from "./client-types.ts";

/** What an app has promised, and to whom: file names and texts. */
export type PublishedContracts = {
  /** What to run to make the files anew; they say so. */
  readonly command: string;
  readonly current: { readonly source: string; readonly text: string };
  /** By released version: `2.4.0`. */
  readonly released: ReadonlyMap<string, string>;
};

/**
 * The generated part of a client package: `contract.d.ts`, the types of the contract as it is. Where the contract answers older
 * versions too (`x-oldest-version`), there are the types of each released one besides, `released/2.4.0.d.ts`, and `released.d.ts`
 * that finds them by version.
 *
 * @returns the texts by path
 * @throws ContractError when one of the contracts is not valid
 */
export async function clientFiles(contracts: PublishedContracts): Promise<ReadonlyMap<string, string>> {
  const { command, current, released } = contracts;
  const files = new Map([["contract.d.ts", await clientTypes(current, command)]]);
  if (!answersOlderVersions(current)) return files;
  for (const [version, text] of released) {
    const source = `released/${version}.json`;
    files.set(`released/${version}.d.ts`, await clientTypes({ source, text }, command));
  }
  return files.set("released.d.ts", releasedIndex([...released.keys()], command));
}

function answersOlderVersions({ source, text }: PublishedContracts["current"]): boolean {
  const info = own(parseDocument(source, text).root, "info");
  return isJsonObject(info) && own(info, "x-oldest-version") !== undefined;
}

function releasedIndex(versions: readonly string[], command: string): string {
  const name = (version: string): string => `v${version.replaceAll(/\W/g, "_")}`;
  const imports = versions.map(
    (version) => `import type * as ${name(version)} from "./released/${version}.js";\n`,
  );
  const members = versions.map(
    (version) =>
      `  "${version}": { paths: ${name(version)}.paths; operations: ${name(version)}.operations };\n`,
  );
  const header = `// Generated from contracts/released; to make it anew: ${command}\n\n`;
  const doc = "/** The contract of each released version. */\n";
  return `${header}${imports.join("")}\n${doc}export interface Released {\n${members.join("")}}\n`;
}
