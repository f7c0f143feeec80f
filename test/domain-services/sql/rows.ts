import type { SQLOutputValue } from "node:sqlite";

export type Row = Record<string, SQLOutputValue>;

/** A text column. @throws TypeError where it holds anything else. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw mismatch("text", column, value);
}

/** A text column that may be NULL. @throws TypeError where it holds anything else. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** An INTEGER or REAL column. @throws TypeError where it holds anything else. */
export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw mismatch("a number", column, value);
}

/** An INTEGER column of 0 and 1. @throws TypeError where it holds anything else. */
export function flag(row: Row, column: string): boolean {
  return number(row, column) === 1;
}

/** Rows by the text in one of their columns, in the order they came. */
export function groupBy(rows: readonly Row[], column: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = text(row, column);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function mismatch(wanted: string, column: string, value: unknown): TypeError {
  return new TypeError(
    `column '${column}' should hold ${wanted}, got ${value === undefined ? "no such column" : typeof value}`,
  );
}
