/** A released app's version, `major.minor.patch`. */
export type AppVersion = `${number}.${number}.${number}`;

/** A version's numbers, ready to be compared. */
export type VersionParts = readonly [major: number, minor: number, patch: number];

/** A pre-release or a build number is allowed, but does not change which shapes an app knows. */
const VERSION = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:[-+][0-9A-Za-z.+-]{1,64})?$/;

/** @returns undefined if `text` is not a version */
export function parseVersion(text: string): VersionParts | undefined {
  const match = VERSION.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/**
 * Reads a version that a screen's author wrote.
 * @param where what it belongs to, for the message
 * @throws TypeError if `text` is not a version
 */
export function versionParts(text: string, where: string): VersionParts {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  throw new TypeError(`${where}: ${text} is not a version: write it as 3.0.0`);
}

/** Whether `text` is a released version: three numbers and nothing else. */
export function isAppVersion(text: string): text is AppVersion {
  return VERSION.test(text) && !/[-+]/.test(text);
}

/** Whether `version` came before `than`. */
export function isOlder(version: VersionParts, than: VersionParts): boolean {
  const difference = version[0] - than[0] || version[1] - than[1] || version[2] - than[2];
  return difference < 0;
}
