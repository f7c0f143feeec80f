import { globSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  compareVersions,
  kindOf,
  nextAfter,
  readGraphql,
  readOpenApi,
  releasesOf,
  servedContract,
} from "./contract-files.ts";
import { GuardError, isGuardError } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { memberOf, textOf } from "./json.ts";
import { compareOpenApi } from "./openapi/compare-openapi.ts";

/** One break, and the releases that it breaks. */
export type Break = Finding & {
  readonly versions: readonly string[];
  /** The file of its screen, below the app's folder, where it is found. */
  readonly file: string | undefined;
};

/** Whether an app keeps its promises. */
export type AppCheck = {
  readonly app: string;
  /** Compared releases, oldest first. */
  readonly compared: readonly string[];
  /** Releases that the app no longer answers. */
  readonly givenUp: readonly string[];
  readonly breaks: readonly Break[];
  /** Changes of a GraphQL schema that break no registered operation, but could break another. */
  readonly unnoticed: readonly string[];
  /** The contract's own version; undefined where it has none, as a GraphQL schema. */
  readonly version: string | undefined;
  /** The first version that can know a newer shape; undefined where all clients get the same. */
  readonly nextVersion: string | undefined;
};

/**
 * Compares the contract of an app with those of its releases.
 * @param folder the app's
 * @throws GuardError where a contract cannot be read or compared
 */
export async function checkApp(folder: string): Promise<AppCheck> {
  const app = basename(resolve(folder));
  return kindOf(folder) === "openapi" ? checkOpenApi(app, folder) : checkGraphql(app, folder);
}

async function checkOpenApi(app: string, folder: string): Promise<AppCheck> {
  const { newest, oldestVersion, as } = servedContract(folder);
  const releases = releasesOf(folder);
  const releaseOf = (version: string): string => join(folder, "contracts", "released", `${version}.json`);
  const sends = new Set(releases.filter((version) => sendsVersion(releaseOf(version))));
  const givenUp = releases.filter(
    (version) =>
      oldestVersion !== undefined && sends.has(version) && compareVersions(version, oldestVersion) < 0,
  );
  const compared = releases.filter((version) => !givenUp.includes(version));
  const found = await Promise.all(
    compared.map(async (version) => {
      const release = releaseOf(version);
      const compare = () => compareOpenApi(readOpenApi(release), sends.has(version) ? as(version) : newest);
      return { version, findings: await naming(release, compare) };
    }),
  );
  const version = textOf(memberOf(newest["info"], "version"));
  return {
    app,
    compared,
    givenUp,
    breaks: merged(found, (screen) => fileOf(folder, screen)),
    unnoticed: [],
    version,
    nextVersion: oldestVersion === undefined ? undefined : nextVersion(version, compared),
  };
}

/** The file that defines a screen, as each of `src/screens` does. */
function fileOf(folder: string, screen: string): string | undefined {
  const isDefined = (file: string): boolean =>
    readFileSync(join(folder, file), "utf8").includes(`name: ${JSON.stringify(screen)},`);
  const file = globSync("src/screens/*.ts", { cwd: folder }).toSorted().find(isDefined);
  return file?.replaceAll("\\", "/");
}

/**
 * Whether the clients of a release say their version. Others get the newest shapes, whatever older
 * ones there are.
 */
function sendsVersion(release: string): boolean {
  return /"name":\s*"x-app-version"/i.test(readFileSync(release, "utf8"));
}

async function checkGraphql(app: string, folder: string): Promise<AppCheck> {
  // Its libraries take a second to load, and few apps need them.
  const { compareGraphql } = await import("./graphql/compare-graphql.ts");
  const now = readGraphql(join(folder, "contracts"));
  const compared = releasesOf(folder);
  const found = await Promise.all(
    compared.map(async (version) => {
      const release = join(folder, "contracts", "released", version);
      return { version, ...(await naming(release, () => compareGraphql(readGraphql(release), now))) };
    }),
  );
  const unnoticed = [...new Set(found.flatMap((release) => release.unnoticed))];
  const versions = { givenUp: [], version: undefined, nextVersion: undefined };
  return { app, compared, breaks: merged(found), unnoticed, ...versions };
}

/** The version that the contract calls itself, unless clients of it were released already. */
function nextVersion(own: string, released: readonly string[]): string {
  const newest = released.at(-1) ?? own;
  return compareVersions(own, newest) > 0 ? own : nextAfter(newest);
}

/** Each finding once, with all the versions that it breaks. */
function merged(
  found: readonly { readonly version: string; readonly findings: readonly Finding[] }[],
  fileOfScreen: (screen: string) => string | undefined = () => undefined,
): readonly Break[] {
  const all = new Map<string, Break>();
  for (const { version, findings } of found) {
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      const file = finding.screen === undefined ? undefined : fileOfScreen(finding.screen);
      all.set(key, { ...finding, file, versions: [...(all.get(key)?.versions ?? []), version] });
    }
  }
  return [...all.values()];
}

/** Makes an error name the release that was compared: either side may be the one at fault. */
async function naming<Result>(release: string, compare: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await compare();
  } catch (cause) {
    if (!isGuardError(cause) || cause.message.includes(release)) throw cause;
    throw new GuardError(`${cause.message} (comparing the contract with ${release})`, { cause });
  }
}
