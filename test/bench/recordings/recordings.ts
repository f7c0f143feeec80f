import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a sample service answered to one request of a BFF's. */
export type Recording = {
  /** Path and query, as the BFF asks. */
  readonly target: string;
  /** Beside index.json. */
  readonly file: string;
  readonly cacheControl: string;
};

/** As the BFFs write a target, and as clients do that escape more: a list's commas. */
export function spellingsOf({ target }: Recording): readonly string[] {
  return [...new Set([target, target.replaceAll(",", "%2C")])];
}

export const RECORDINGS_FOLDER = import.meta.dirname;

export function readRecordings(): readonly Recording[] {
  const index: unknown = JSON.parse(readFileSync(join(RECORDINGS_FOLDER, "index.json"), "utf8"));
  if (!Array.isArray(index) || !index.every(isRecording)) {
    throw new TypeError(
      "test/bench/recordings/index.json should be a list of { target, file, cacheControl }: make it anew with node test/bench/recordings/main.ts",
    );
  }
  return index;
}

function isRecording(value: unknown): value is Recording {
  return (
    typeof value === "object" &&
    value !== null &&
    ["target", "file", "cacheControl"].every((name) => typeof Reflect.get(value, name) === "string")
  );
}
