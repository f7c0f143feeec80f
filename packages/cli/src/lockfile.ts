import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "./command-line.ts";
import type { Terminal } from "./command-line.ts";

/** One package of a lockfile, as far as it is needed here. */
interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockPackages = Readonly<Record<string, LockEntry>>;

/** How package names spell a C library; what has none of them runs with any. */
const LIBC: Readonly<Record<string, string>> = {
  gnu: "glibc",
  gnueabihf: "glibc",
  musl: "musl",
  musleabihf: "musl",
};

/**
 * The builds for other platforms that a lockfile should name and does not.
 *
 * npm leaves an optional package out of the lockfile where its registry does not have it, as a
 * mirror that only fetches what it was asked for may not. `npm ci` then finds lockfile and
 * manifests out of step and refuses to install at all, although the package is for another
 * platform. So we name them ourselves: exact version from the manifest that asks for it, platform
 * from its name. There is no integrity to be had for them.
 */
export function missingPlatformPackages(packages: LockPackages): LockPackages {
  const missing: Record<string, LockEntry> = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (candidates(path, name).some((candidate) => satisfies(packages[candidate], version))) continue;
      const siblings = path.slice(0, path.lastIndexOf("node_modules/"));
      missing[`${siblings}node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(dev === undefined ? {} : { dev }),
        optional: true,
      };
    }
  }
  return missing;
}

/** The manifests of native packages name exact versions; a range is taken on trust. */
function satisfies(entry: LockEntry | undefined, wanted: string): boolean {
  return entry !== undefined && (entry.version === wanted || !/^\d/.test(wanted));
}

/** Where Node looks for a package, from the folder of the one that wants it up to the root. */
function candidates(from: string, name: string): string[] {
  const folders = from
    .split("/node_modules/")
    .map((_, index, all) => all.slice(0, index + 1).join("/node_modules/"));
  return [...folders, ""].map((folder) => `${folder}/node_modules/${name}`.replace(/^\//, ""));
}

/** Reads `…/binding-linux-arm64-musl`, `…/darwin-x64`. @throws Error for a name of another form */
function platformOf(name: string): Pick<LockEntry, "os" | "cpu" | "libc"> {
  const [, os, cpu, abi] =
    /(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(name) ?? [];
  if (os === undefined || cpu === undefined) {
    throw new Error(`Expected a platform at the end of "${name}": add it to package-lock.json by hand.`);
  }
  const libc = os === "linux" && abi !== undefined ? LIBC[abi] : undefined;
  return { os: [os], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) };
}

/** The packages of a lockfile of npm's version 3. @throws Error where the file is none */
export function readPackages(path: string): LockPackages {
  const { packages } = JSON.parse(readFileSync(path, "utf8"));
  if (packages === undefined)
    throw new Error(`Expected "packages" in ${path}: is it a lockfile of version 3?`);
  return packages;
}

/** `triptych lockfile`: completes a folder's lockfile (default: the root's). */
export function completeIn(
  folder: string | undefined,
  { root, from, output }: Pick<Terminal, "root" | "from" | "output">,
): number {
  const file = join(folder === undefined ? root : resolve(from, folder), "package-lock.json");
  if (!existsSync(file)) throw new UsageError(`there is no ${file}`);
  const there = readPackages(file);
  const missing = missingPlatformPackages(there);
  // In npm's own order.
  const entries = Object.entries({ ...there, ...missing }).toSorted(([a], [b]) => a.localeCompare(b, "en"));
  const lockfile = { ...JSON.parse(readFileSync(file, "utf8")), packages: Object.fromEntries(entries) };
  writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`);
  output.write(`Added ${Object.keys(missing).length} packages to ${file}\n`);
  return 0;
}
