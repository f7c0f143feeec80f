import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { putBetweenMarkers } from "./between-markers.ts";

const DOCS = join(import.meta.dirname, "../../../docs");

/** Puts tables into docs/performance.md, each at its place. @returns the file, from the repository's root */
export function writeTables(tables: Readonly<Record<string, string>>): string {
  const file = join(DOCS, "performance.md");
  let document = readFileSync(file, "utf8");
  for (const [name, table] of Object.entries(tables)) document = putBetweenMarkers(document, name, table);
  writeFileSync(file, document);
  return "docs/performance.md";
}

/** @param name beside the other numbers and charts @returns the file, from the repository's root */
export function writeBeside(name: string, text: string): string {
  writeFileSync(join(DOCS, "performance", name), text);
  return `docs/performance/${name}`;
}
