import { GuardError } from "../guard-error.ts";

const VERSION = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/;

/** @throws GuardError where it is no release's version */
export function checkVersion(text: string): string {
  if (VERSION.test(text)) return text;
  throw new GuardError(
    `A release is named by its version, such as 3.1.0, but this one by ${JSON.stringify(text)}`,
  );
}

/** Less than 0 where `a` is older than `b`, for sorting. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
}

/** The version that could come next, compatible or not: only whoever releases it knows its name. */
export function nextAfter(version: string): string {
  const [major, minor] = partsOf(version);
  return `${major}.${minor + 1}.0`;
}

function partsOf(version: string): readonly [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = checkVersion(version).split(".").map(Number);
  return [major, minor, patch];
}
