import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogSeed } from "../catalog/database.ts";
import { ordersSeed } from "../orders/database.ts";
import { recommendationsSeed } from "../recommendations/database.ts";
import { openSeededDatabase } from "../sql/seeded-database.ts";
import { usersSeed } from "../users/database.ts";

const SEEDS = [usersSeed, ordersSeed, recommendationsSeed, catalogSeed];

let made: Promise<string> | undefined;

/**
 * A directory with the four databases as they are made, for all tests of this process: making them takes seconds.
 * Nobody may write there. It is removed when the process ends.
 */
export function pristineData(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const directory = temporaryDirectory();
  process.once("exit", () => {
    rmSync(directory, { recursive: true, force: true });
  });
  for (const seed of SEEDS) (await openSeededDatabase(directory, seed)).database.close();
  return directory;
}

/** A new directory with a copy of one service's pristine database, or of all four. The caller removes it. */
export async function copiedData(...names: readonly string[]): Promise<string> {
  const pristine = await pristineData();
  const directory = temporaryDirectory();
  for (const { name } of SEEDS) {
    if (names.length > 0 && !names.includes(name)) continue;
    copyFileSync(join(pristine, `${name}.sqlite`), join(directory, `${name}.sqlite`));
  }
  return directory;
}

/** A new empty directory. The caller removes it. */
export const temporaryDirectory = (): string => mkdtempSync(join(tmpdir(), "domain-services-"));
