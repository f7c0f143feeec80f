import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** One recorded question and its answer. */
export interface Exchange {
  /** With its query, whose parameters are sorted. */
  readonly path: string;
  /** Who asked, 1 and up; null where the answer is the same for everybody. */
  readonly person: number | null;
  readonly cacheControl?: string;
  readonly vary?: string;
  /** Whether the answer had an ETag. */
  readonly isConditional: boolean;
  /** `"{user}"` stands where the asking user's id was. */
  readonly body: unknown;
}

/** The file of a service in a folder of recordings: a line of JSON for each exchange, so that a change is read as one. */
export function recordingFile(folder: string, service: string): string {
  return join(folder, `${service}.ndjson`);
}

/** The recorded exchanges; none where there is no file. @throws Error that names file and line of what is none */
export function readRecording(file: string): Exchange[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => (line === "" ? [] : [parse(line, `${file}:${index + 1}`)]));
}

function parse(line: string, place: string): Exchange {
  try {
    const value: unknown = JSON.parse(line);
    if (isExchange(value)) return value;
  } catch {
    // Said below, with its place.
  }
  throw new Error(
    `${place} is no recorded exchange: take it out, or record it again (npm run dev -- --record)`,
  );
}

function isExchange(value: unknown): value is Exchange {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "person" in value &&
    (value.person === null || typeof value.person === "number") &&
    "isConditional" in value &&
    typeof value.isConditional === "boolean" &&
    "body" in value
  );
}

/** Writes them in an order of their own, whatever the one in which they were recorded; in one step, since a launcher may be reading. */
export function writeRecording(file: string, exchanges: readonly Exchange[]): void {
  const sorted = exchanges.toSorted(
    (a, b) => (a.person ?? 0) - (b.person ?? 0) || (a.path < b.path ? -1 : Number(a.path > b.path)),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, sorted.map((exchange) => `${JSON.stringify(exchange)}\n`).join(""));
  renameSync(`${file}.new`, file);
}

/** A path and its query with the parameters in order. */
export function pathOf(path: string, query: URLSearchParams): string {
  const sorted = new URLSearchParams(query);
  sorted.sort();
  // A comma stays one: lists of ids are read by people.
  const text = sorted.toString().replaceAll("%2C", ",");
  return text === "" ? path : `${path}?${text}`;
}
