/** A released app's version, `major.minor.patch`. */
export type AppVersion = `${number}.${number}.${number}`;

/** The parts of a version as numbers, to be compared one by one. */
export type VersionParts = readonly [major: number, minor: number, patch: number];

/** What follows a hyphen or a plus (a pre-release, a build) does not change which shapes an app knows. */
const VERSION = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:[-+][0-9A-Za-z.+-]{1,64})?$/;

/** @returns undefined for what is not a version */
export function parseVersion(text: string): VersionParts | undefined {
  const match = VERSION.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Whether it is a released version: three numbers and nothing else. */
export function isAppVersion(text: string): text is AppVersion {
  return VERSION.test(text) && !/[-+]/.test(text);
}

export function isOlder(version: VersionParts, than: VersionParts): boolean {
  const difference = version[0] - than[0] || version[1] - than[1] || version[2] - than[2];
  return difference < 0;
}
