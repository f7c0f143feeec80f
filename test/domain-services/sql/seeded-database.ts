import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** How a service's database file is made. */
export interface DatabaseSeed {
  /** The file's name without the ending. */
  name: string;
  /** Kept in the file; a file of another version is made anew. */
  version: number;
  /** Loads what makes the data; called only when a file must be made. Its result runs inside one transaction. */
  load: () => Promise<(database: DatabaseSync) => void>;
}

export interface SeededDatabase {
  database: DatabaseSync;
  file: string;
  /** Whether this call made the file. */
  wasMade: boolean;
}

/** Longer than any seeding takes: a second process waits for the first to make the file. */
const LOCK_WAIT_MS = 60_000;

/**
 * Opens the service's database file and makes it first where it is missing, unreadable or of another version.
 *
 * The file is filled under another name and renamed when it is whole, so a kill in the middle leaves nothing half
 * made. Processes that start at once take turns by a lock which the operating system lets go of when one dies.
 */
export async function openSeededDatabase(directory: string, seed: DatabaseSeed): Promise<SeededDatabase> {
  makeDirectory(directory);
  const file = join(directory, `${seed.name}.sqlite`);
  if (versionOf(file) === seed.version) return { database: open(file), file, wasMade: false };
  // Loaded before the lock is taken: nothing may wait while it is held, or a second caller in this process never ends.
  const fill = await seed.load();
  const lock = new DatabaseSync(join(directory, `${seed.name}.lock`), { timeout: LOCK_WAIT_MS });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    const wasMade = versionOf(file) !== seed.version;
    if (wasMade) make(file, seed.version, fill);
    return { database: open(file), file, wasMade };
  } finally {
    lock.close();
  }
}

/** Not by mkdir's own `recursive`: where a file system says ENOENT to everything, as /proc does, that tries again without end. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another service, started at the same time, was faster.
    if (!existsSync(directory)) throw error;
  }
}

function make(file: string, version: number, fill: (database: DatabaseSync) => void): void {
  const draft = `${file}.making`;
  rmSync(draft, { force: true });
  const database = new DatabaseSync(draft);
  try {
    // Nobody reads a draft: neither a journal nor a flush per statement protects anything.
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000; BEGIN");
    fill(database);
    database.exec(`COMMIT; PRAGMA user_version = ${version}; ANALYZE`);
  } finally {
    database.close();
  }
  flush(draft);
  // A log that an earlier file left behind would be replayed into the new one.
  for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
  renameSync(draft, file);
}

function flush(file: string): void {
  const descriptor = openSync(file, "r+");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** The version in a database file, or undefined where there is no such file or it is no database. */
function versionOf(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    return typeof version === "number" ? version : undefined;
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  // Readers never wait for a cancellation that is being written.
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000",
  );
  return database;
}
