import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Contract } from "./document.ts";
import { GENERATED_MARK, generate } from "./generate.ts";

/** Where the contracts (`orders.openapi.yaml`) and the generated modules (`orders.ts`) are. */
export type Folders = {
  readonly contracts: string;
  readonly generated: string;
  /** What to run to regenerate the modules: messages and the modules' headers name it. */
  readonly command: string;
};

/** How one file of the generated folder differs from what the contracts give. */
export type Difference = {
  readonly file: string;
  readonly what: "missing" | "out of date" | "of no contract";
};

const CONTRACT_FILE = /^(.+)\.openapi\.(?:yaml|yml|json)$/;
const OVERLAY_FILE = /^(.+)\.overlay\.(?:yaml|yml|json)$/;

/**
 * Brings the generated folder up to date: writes modules that are missing or out of date, removes
 * those whose contract is gone, and leaves all other files alone.
 *
 * @returns what was changed, and what to know of the contracts: a sentence each
 * @throws ContractError when a contract is not valid; nothing is written then
 */
export async function regenerate(
  folders: Folders,
): Promise<{ readonly changed: readonly Difference[]; readonly notes: readonly string[] }> {
  const { wanted, notes } = await wantedModules(folders);
  const differences = await compare(folders, wanted);
  await mkdir(folders.generated, { recursive: true });
  for (const { file } of differences) {
    const text = wanted.get(file);
    const path = join(folders.generated, file);
    await (text === undefined ? rm(path) : writeFile(path, text));
  }
  return { changed: differences, notes };
}

/**
 * How the generated folder differs from what the contracts give. Writes nothing.
 * @throws ContractError when a contract is not valid
 */
export async function findStale(folders: Folders): Promise<readonly Difference[]> {
  return compare(folders, (await wantedModules(folders)).wanted);
}

/** One message for all differences. It ends with the command that removes them. */
export function staleMessage(differences: readonly Difference[], { generated, command }: Folders): string {
  const lines = differences.map(({ file, what }) => `  ${join(generated, file)}: ${what}`);
  return [`The generated code is not what the contracts give:`, ...lines, `Run: ${command}`].join("\n");
}

type Wanted = { readonly wanted: ReadonlyMap<string, string>; readonly notes: readonly string[] };

async function wantedModules({ contracts, command, generated }: Folders): Promise<Wanted> {
  const files = (await readdir(contracts)).toSorted();
  const sources = files.filter((source) => CONTRACT_FILE.test(source));
  if (sources.length === 0) {
    throw new Error(
      `${contracts}: expected contracts named <service>.openapi.yaml, found none (for ${generated})`,
    );
  }
  const read = async (source: string): Promise<Contract> => ({
    source,
    text: await readFile(join(contracts, source), "utf8"),
  });
  const overlays = new Map(
    files.filter((file) => OVERLAY_FILE.test(file)).map((file) => [file.replace(OVERLAY_FILE, "$1"), file]),
  );
  const wanted = new Map<string, string>();
  const notes: string[] = [];
  for (const source of sources) {
    const service = source.replace(CONTRACT_FILE, "$1");
    const overlay = overlays.get(service);
    overlays.delete(service);
    const mends = overlay === undefined ? {} : { overlay: await read(overlay) };
    const { text, notes: found } = generate({ ...(await read(source)), ...mends }, command);
    wanted.set(`${service}.ts`, text);
    notes.push(...found.map((note) => `${source}: ${note}`));
  }
  for (const overlay of overlays.values()) notes.push(`${overlay}: there is no contract of this name`);
  return { wanted, notes };
}

async function compare(
  { generated }: Folders,
  wanted: ReadonlyMap<string, string>,
): Promise<readonly Difference[]> {
  const there = await generatedFiles(generated);
  const stale = [...wanted]
    .filter(([file, text]) => there.get(file) !== text)
    .map(([file]): Difference => ({ file, what: there.has(file) ? "out of date" : "missing" }));
  const left = [...there]
    .filter(
      ([file, text]) => /^[^/]+\.ts$/.test(file) && !wanted.has(file) && text.startsWith(GENERATED_MARK),
    )
    .map(([file]): Difference => ({ file, what: "of no contract" }));
  return [...stale, ...left];
}

/** Makes a folder hold these files, by path, and no others. */
export async function replaceFolder(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/**
 * The files of a folder by path, to compare with those that `replaceFolder` would write; none where
 * there is no folder.
 */
export async function generatedFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  if (!existsSync(folder)) return files;
  const paths = await readdir(folder, { recursive: true });
  for (const path of paths.map((one) => one.replaceAll("\\", "/")).toSorted()) {
    const file = join(folder, path);
    if ((await stat(file)).isFile()) files.set(path, await readFile(file, "utf8"));
  }
  return files;
}
