import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A recorded question and its answer. */
export interface Exchange {
  /** With its query, whose parameters are sorted. */
  readonly path: string;
  /** Who asked, from 1; null if the answer is the same for everybody. */
  readonly person: number | null;
  readonly cacheControl?: string;
  readonly vary?: string;
  /** Whether the answer had an ETag. */
  readonly isConditional: boolean;
  /** `"{user}"` replaces the id of the user who asked. */
  readonly body: unknown;
}

/** The folder of the recordings that are checked in. */
export const RECORDINGS = join(import.meta.dirname, "recordings");

/**
 * A service's file in a folder of recordings: one line of JSON per exchange, easy to read in a
 * diff.
 */
export const recordingFile = (folder: string, service: string): string => join(folder, `${service}.ndjson`);

/**
 * The recorded exchanges; none if there is no file.
 * @throws Error that names file and line of a bad one
 */
export function readRecording(file: string): Exchange[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => (line === "" ? [] : [parse(line, `${file}:${index + 1}`)]));
}

function parse(line: string, place: string): Exchange {
  try {
    return JSON.parse(line);
  } catch (cause) {
    const how = "remove it, or record it again (npm run dev -- --record)";
    throw new Error(`${place} is no recorded exchange: ${how}`, { cause });
  }
}

/**
 * Writes them sorted, so that a diff shows what changed; in one step, since a launcher may be
 * reading.
 */
export function writeRecording(file: string, exchanges: readonly Exchange[]): void {
  const sorted = exchanges.toSorted(
    (a, b) => (a.person ?? 0) - (b.person ?? 0) || (a.path < b.path ? -1 : Number(a.path > b.path)),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, sorted.map((exchange) => `${JSON.stringify(exchange)}\n`).join(""));
  renameSync(`${file}.new`, file);
}

/** A path and its query, with the parameters sorted. */
export function pathOf(path: string, query: URLSearchParams): string {
  const sorted = new URLSearchParams(query);
  sorted.sort();
  // Lists of ids stay readable.
  const text = sorted.toString().replaceAll("%2C", ",");
  return text === "" ? path : `${path}?${text}`;
}
