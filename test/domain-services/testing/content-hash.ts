import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "../service/database.ts";

/** A hash of every row of every table: of what is in a database, however its file is laid out. */
export function contentHash(directory: string, name: string): string {
  const database = new DatabaseSync(join(directory, `${name}.sqlite`), { readOnly: true });
  const hash = createHash("sha256");
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all();
  for (const table of tables) {
    hash.update(text(table, "name"));
    // Every table is WITHOUT ROWID, so its rows come in the order of their primary key.
    const rows = database.prepare(`SELECT * FROM ${text(table, "name")}`);
    rows.setReturnArrays(true);
    hash.update(JSON.stringify(rows.all()));
  }
  database.close();
  return hash.digest("hex").slice(0, 16);
}
