import type { CacheHeaders } from "./freshness.ts";

/** An entry as Redis holds it. */
export type StoredEntry = {
  /** The whole key, of which the Redis key is only a hash. */
  readonly key: string;
  /** When the answer was received, ms since 1970. */
  readonly receivedOn: number;
  readonly headers: CacheHeaders;
  /** The body. */
  readonly text: string;
};

export function renderStored(entry: StoredEntry): string {
  return JSON.stringify(entry);
}

/** @returns undefined for anything that is not an entry, whoever wrote it */
export function parseStored(json: string | undefined): StoredEntry | undefined {
  if (json === undefined) return undefined;
  let stored: unknown;
  try {
    stored = JSON.parse(json);
  } catch {
    return undefined;
  }
  return isStoredEntry(stored) ? stored : undefined;
}

function isStoredEntry(value: unknown): value is StoredEntry {
  return (
    typeof value === "object" &&
    value !== null &&
    "key" in value &&
    typeof value.key === "string" &&
    "receivedOn" in value &&
    Number.isFinite(value.receivedOn) &&
    "text" in value &&
    typeof value.text === "string" &&
    "headers" in value &&
    typeof value.headers === "object" &&
    value.headers !== null &&
    Object.values(value.headers).every((header) => typeof header === "string")
  );
}
