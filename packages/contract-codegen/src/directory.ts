import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "./generate.ts";
import { GENERATED_MARK } from "./module-text.ts";

/** A folder of contracts (`orders.openapi.yaml`) and the folder that their generated modules (`orders.ts`) are in. */
export type Folders = {
  readonly contracts: string;
  readonly generated: string;
  /** What to run to make the modules anew: messages and the modules' headers say so. */
  readonly command: string;
};

const CONTRACT_FILE = /^(.+)\.openapi\.(?:yaml|yml|json)$/;

/** How the generated folder differs from what the contracts give. */
export type Difference = {
  readonly file: string;
  readonly what: "missing" | "out of date" | "of no contract";
};

/**
 * Makes the generated folder what the contracts give: writes what is missing or out of date, removes what was generated from a
 * contract that is gone, and leaves every other file alone.
 *
 * @returns what was changed
 * @throws ContractError when a contract is not valid; nothing is written then
 */
export async function regenerate(folders: Folders): Promise<readonly Difference[]> {
  const wanted = await wantedModules(folders);
  const differences = await compare(folders, wanted);
  for (const { file } of differences) {
    const text = wanted.get(file);
    const path = join(folders.generated, file);
    await (text === undefined ? rm(path) : writeFile(path, text));
  }
  return differences;
}

/**
 * How the generated folder differs from what the contracts give; nothing is written.
 * @throws ContractError when a contract is not valid
 */
export async function findStale(folders: Folders): Promise<readonly Difference[]> {
  return compare(folders, await wantedModules(folders));
}

/** One text for all differences, which ends in the command that undoes them. */
export function staleMessage(differences: readonly Difference[], { generated, command }: Folders): string {
  const lines = differences.map(({ file, what }) => `  ${join(generated, file)}: ${what}`);
  return [`The generated code is not what the contracts give:`, ...lines, `Run: ${command}`].join("\n");
}

async function wantedModules({
  contracts,
  command,
  generated,
}: Folders): Promise<ReadonlyMap<string, string>> {
  const sources = (await readdir(contracts)).filter((source) => CONTRACT_FILE.test(source)).toSorted();
  if (sources.length === 0) {
    throw new Error(
      `${contracts}: expected contracts named <service>.openapi.yaml, found none (for ${generated})`,
    );
  }
  const modules = new Map<string, string>();
  for (const source of sources) {
    const text = await readFile(join(contracts, source), "utf8");
    modules.set(source.replace(CONTRACT_FILE, "$1.ts"), await generate({ source, text }, command));
  }
  return modules;
}

async function compare(
  { generated }: Folders,
  wanted: ReadonlyMap<string, string>,
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const [file, text] of wanted) {
    const there = await readFile(join(generated, file), "utf8").catch(() => undefined);
    if (there !== text) differences.push({ file, what: there === undefined ? "missing" : "out of date" });
  }
  for (const file of (await readdir(generated)).toSorted()) {
    if (wanted.has(file) || !file.endsWith(".ts")) continue;
    const text = await readFile(join(generated, file), "utf8");
    if (text.startsWith(GENERATED_MARK)) differences.push({ file, what: "of no contract" });
  }
  return differences;
}
