import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Findings } from "./findings.ts";

const ROOT = join(import.meta.dirname, "../../..");

/**
 * Writes results down: a block into a document, and files beside it, all laid out as the
 * repository's formatter does it.
 * @param document in docs, without `.md`. The files go into the folder of the same name
 * @param block.name of the markers in the document
 * @returns the files, from the repository's root
 */
export function writeDocument(
  document: string,
  block: { readonly name: string; readonly text: string },
  files: Readonly<Record<string, string>>,
): readonly string[] {
  const page = `docs/${document}.md`;
  const old = readFileSync(join(ROOT, page), "utf8");
  const texts = { [page]: putBetweenMarkers(old, block.name, block.text) };
  for (const [name, text] of Object.entries(files)) texts[`docs/${document}/${name}`] = text;
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(ROOT, file), text);
  const written = Object.keys(texts);
  const formatted = written.filter((file) => !file.endsWith(".svg"));
  execFileSync(process.execPath, [join(ROOT, "node_modules/.bin/oxfmt"), ...formatted], { cwd: ROOT });
  return written;
}

/** What a report found in its last written run; undefined if it was never written. */
export function readFindings(document: string, name: string): Findings | undefined {
  const file = join(ROOT, `docs/${document}/${name}.json`);
  if (!existsSync(file)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `--write` makes these files
  return JSON.parse(readFileSync(file, "utf8")) as Findings;
}

/**
 * Replaces what is between `<!-- name -->` and `<!-- /name -->` in a document.
 * @throws Error for a document without these markers
 */
export function putBetweenMarkers(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`expected ${start} … ${end} in the document, found none`);
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}
