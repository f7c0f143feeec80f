import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";

/** How a service's database file is made. */
export interface DatabaseSeed {
  /** The file's name without the ending. */
  name: string;
  /** SQL that creates the tables. */
  schema: string;
  /** Kept in the file. A file of another version is replaced. */
  version: number;
  /** Loads the function that fills the file. Called only if the file must be made. */
  load: () => Promise<Fill>;
}

/** Inserts all rows into the new tables. It runs in one transaction. */
export type Fill = (insert: Insert, database: DatabaseSync) => void;

/** The version of all four files. Raise it when a table or what the generators make changes. */
export const DATA_VERSION = 5_001;

/** Longer than any seeding takes: a second process waits while the first one makes the file. */
const LOCK_WAIT_MS = 60_000;

/**
 * Opens a service's database file. It makes the file first if it is missing, unreadable or of
 * another version.
 *
 * The file is filled under another name and then renamed, so a process that is killed leaves
 * nothing half made. Processes that start at once take turns, by a lock that the operating system
 * releases when its owner dies.
 */
export async function openSeededDatabase(directory: string, seed: DatabaseSeed): Promise<DatabaseSync> {
  makeDirectory(directory);
  const file = join(directory, `${seed.name}.sqlite`);
  if (versionOf(file) === seed.version) return open(file);
  // Loaded before the lock is taken: a second caller in this process would block the event loop,
  // and the first one, which awaits something, would never release the lock.
  const fill = await seed.load();
  using lock = new DatabaseSync(join(directory, `${seed.name}.lock`), { timeout: LOCK_WAIT_MS });
  lock.exec("BEGIN EXCLUSIVE");
  if (versionOf(file) !== seed.version) make(file, seed, fill);
  return open(file);
}

/** Without mkdir's own `recursive`, which loops for ever in /proc, where everything is ENOENT. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another service that starts at the same time may have been faster.
    if (!existsSync(directory)) throw error;
  }
}

function make(file: string, { schema, version }: DatabaseSeed, fill: Fill): void {
  const draft = `${file}.making`;
  rmSync(draft, { force: true });
  {
    using database = new DatabaseSync(draft);
    // A draft is thrown away after a crash, so neither a journal nor a flush protects anything.
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000; BEGIN");
    database.exec(schema);
    fill(inserter(database), database);
    database.exec(`COMMIT; PRAGMA user_version = ${version}; ANALYZE`);
  }
  // SQLite would replay a log that an earlier file left behind into the new one.
  for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
  renameSync(draft, file);
}

/** The version in a database file; undefined if there is no such file or it is no database. */
function versionOf(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    using database = new DatabaseSync(file);
    return database.prepare("PRAGMA user_version").get()?.["user_version"];
  } catch {
    return undefined;
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  // With a write-ahead log, readers never wait for a cancellation that is being written.
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000",
  );
  return database;
}

/** Inserts a row into a table. The row's members are its columns. */
export type Insert = (table: string, row: Readonly<Record<string, SQLInputValue>>) => void;

/**
 * Prepares one statement per table, by the table's first row. All rows of a table must therefore
 * have the same members in the same order: write them in one place.
 */
function inserter(database: DatabaseSync): Insert {
  const statements = new Map<string, StatementSync>();
  return (table, row) => {
    const statement = statements.getOrInsertComputed(table, () => {
      const columns = Object.keys(row);
      const places = columns.map(() => "?").join(", ");
      return database.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`);
    });
    statement.run(...Object.values(row));
  };
}

/** A text column of a row. @throws TypeError if the column holds anything else. */
export function text(row: Readonly<Record<string, SQLOutputValue>>, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new TypeError(`column '${column}' should hold text, got ${typeof value}`);
}
