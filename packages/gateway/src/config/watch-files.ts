import { unwatchFile, watchFile } from "node:fs";

/** How often files are looked at, in milliseconds. Events of the system miss what a mounted volume swaps. */
const INTERVAL_MS = 1_000;

/** Calls `onChange` when one of the files has changed. Returns a function that ends it. */
export function watchFiles(files: readonly string[], onChange: () => void): () => void {
  for (const file of files) watchFile(file, { interval: INTERVAL_MS, persistent: false }, onChange);
  return () => {
    for (const file of files) unwatchFile(file, onChange);
  };
}
