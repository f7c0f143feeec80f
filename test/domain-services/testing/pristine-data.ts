import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogService } from "../catalog/main.ts";
import { ordersService } from "../orders/main.ts";
import { recommendationsService } from "../recommendations/main.ts";
import { openSeededDatabase } from "../service/database.ts";
import { seedOf } from "../service/run.ts";
import { usersService } from "../users/main.ts";

const SERVICES = [usersService, ordersService, recommendationsService([1, 2]), catalogService];
const ROOM = join(import.meta.dirname, "..");
const CACHE = join(ROOM, "../../node_modules/.cache/sample-data");
/** What the data depends on; test/package.json has the version of faker. */
const SOURCES = ["seed/*.{ts,txt}", "*/data.ts", "*/schema.sql", "service/database.ts", "../package.json"];

let made: Promise<string> | undefined;

/**
 * A directory with the four databases as they are made. Only read there: all tests on this machine
 * share it, since making the databases takes three seconds of CPU. Changed sources get a directory
 * of their own.
 */
export function pristineData(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of globSync(SOURCES, { cwd: ROOM }).toSorted()) hash.update(readFileSync(join(ROOM, file)));
  const directory = join(CACHE, hash.digest("hex").slice(0, 16));
  if (existsSync(directory)) return directory;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, "making-"));
  for (const service of SERVICES) (await openSeededDatabase(draft, seedOf(service))).close();
  try {
    renameSync(draft, directory);
  } catch (error) {
    // Another test process may have been faster.
    rmSync(draft, { recursive: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

/**
 * A new directory with a copy of the named services' databases, or of all four. The caller removes
 * it.
 */
export async function copiedData(...names: readonly string[]): Promise<string> {
  const pristine = await pristineData();
  const directory = temporaryDirectory();
  for (const { name } of SERVICES) {
    if (names.length > 0 && !names.includes(name)) continue;
    copyFileSync(join(pristine, `${name}.sqlite`), join(directory, `${name}.sqlite`));
  }
  return directory;
}

/** A new empty directory. The caller removes it. */
export const temporaryDirectory = (): string => mkdtempSync(join(tmpdir(), "domain-services-"));
