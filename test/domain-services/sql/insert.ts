import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

export type ColumnValues = Readonly<Record<string, SQLInputValue>>;

/**
 * Inserts rows into `table`; a row's members are its columns. Prepared once, by the first row: every row of one
 * inserter must be written by the same literal, so that its members come in the same order.
 */
export function inserter(database: DatabaseSync, table: string): (row: ColumnValues) => void {
  let statement: StatementSync | undefined;
  return (row) => {
    statement ??= prepare(database, table, Object.keys(row));
    statement.run(...Object.values(row));
  };
}

function prepare(database: DatabaseSync, table: string, columns: readonly string[]): StatementSync {
  const places = columns.map(() => "?").join(", ");
  return database.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`);
}
