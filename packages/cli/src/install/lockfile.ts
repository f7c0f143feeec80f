import { readFileSync, writeFileSync } from "node:fs";
import { missingPlatformPackages } from "./platform-packages.ts";
import type { LockPackages } from "./platform-packages.ts";

interface Lockfile {
  readonly packages: LockPackages;
}

/** @throws Error where the file is no lockfile of npm's version 3 */
export function readLockfile(path: string): Lockfile {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isLockfile(value)) throw new Error(`Expected "packages" in ${path}: is it a lockfile of version 3?`);
  return value;
}

function isLockfile(value: unknown): value is Lockfile {
  return (
    typeof value === "object" &&
    value !== null &&
    "packages" in value &&
    typeof value.packages === "object" &&
    value.packages !== null
  );
}

/** Adds what `missingPlatformPackages` finds, in npm's own order. @returns the paths that were added */
export function completeLockfile(path: string): string[] {
  const lockfile = readLockfile(path);
  const missing = missingPlatformPackages(lockfile.packages);
  const entries = Object.entries({ ...lockfile.packages, ...missing });
  const packages = Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b, "en")));
  writeFileSync(path, `${JSON.stringify({ ...lockfile, packages }, null, 2)}\n`);
  return Object.keys(missing);
}
