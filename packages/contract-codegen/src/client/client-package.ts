import { globSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { clientFiles } from "./client-files.ts";

/**
 * What an app's `client/generated` should hold, by path: made from its `contracts`.
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

/** Makes the folder hold these files and no others: it is generated as a whole. */
export async function replaceFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** The files of a generated folder, by path, to compare with what is wanted. */
export async function generatedFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1).replaceAll("\\", "/"), await readFile(path, "utf8"));
  }
  return files;
}
