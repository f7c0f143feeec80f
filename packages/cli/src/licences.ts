import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One package of a lockfile, as far as it is needed here. */
interface LockEntry {
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly license?: string;
}

/**
 * The licences of what is installed for production, with the packages under each.
 *
 * @param packages the lockfile's `packages`
 * @returns names of packages by the licence that their manifests say, both sorted
 */
export function licencesOf(
  packages: Readonly<Record<string, LockEntry>>,
): ReadonlyMap<string, readonly string[]> {
  const installed = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.includes("node_modules/") && dev !== true && link !== true,
  );
  const byLicence = Map.groupBy(installed, ([, { license = "not said" }]) => license);
  const named = [...byLicence].map(([licence, entries]): [string, readonly string[]] => [
    licence,
    [...new Set(entries.map(([path]) => path.replace(/^.*node_modules\//, "")))].toSorted(),
  ]);
  return new Map(named.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** `triptych licences`: the page docs/licences.md, from the lockfile of the repository. */
export function licencesPage(root: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const parts = [...licencesOf(packages)].map(
    ([licence, names]) => `## ${licence}\n\n${names.map((name) => `\`${name}\``).join(", ")}\n`,
  );
  return `# Licences\n\nWhat the programs install in production, by the licence that each package says. Made by \`npm run -s licences\`.\n\n${parts.join("\n")}`;
}
