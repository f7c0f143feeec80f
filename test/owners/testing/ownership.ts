import { globSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { at, listAt, readDocuments, textAt } from "../../repository/documents.ts";

/** An entity of the software catalogue, and where it is described. */
export interface Entity {
  readonly kind: string;
  readonly name: string;
  /** A Group's name. Groups and Locations have none. */
  readonly owner: string | undefined;
  /** The folder of its catalog-info.yaml, from the root; empty for the root. */
  readonly folder: string;
  readonly document: unknown;
}

/** The name of the files that Backstage reads. */
export const CATALOG_FILE = "catalog-info.yaml";

/** The catalog-info.yaml files of the repository, from the root. */
export function catalogFiles(root: string): string[] {
  return globSync([CATALOG_FILE, `{apps,packages}/*/${CATALOG_FILE}`], { cwd: root }).toSorted();
}

/** Everything that the repository's catalog-info.yaml files describe. */
export function readCatalog(root: string): Entity[] {
  return catalogFiles(root).flatMap((file) =>
    readDocuments(join(root, file)).map((document) => {
      const owner = at(document, "spec", "owner");
      const folder = posix.dirname(file);
      return {
        kind: textAt(document, "kind"),
        name: textAt(document, "metadata", "name"),
        owner: typeof owner === "string" ? owner : undefined,
        folder: folder === "." ? "" : folder,
        document,
      };
    }),
  );
}

/** The file that holds an API's contract, from the root. */
export function contractFile(api: Entity): string {
  return posix.join(api.folder, textAt(api.document, "spec", "definition", "$text"));
}

/** Names that a relation lists, without their kind: `screen` of `component:screen`. */
export function related(entity: Entity, relation: "consumesApis" | "dependsOn" | "providesApis"): string[] {
  return listAt(entity.document, "spec", relation).map((name) => String(name).replace(/^component:/, ""));
}

/**
 * Every team's dependencies change it and the pipelines check it, so it needs no review of its own.
 */
const WITHOUT_OWNER = "package-lock.json";

/**
 * The team that the catalogue makes responsible for a file, or `undefined` where no team is. A
 * contract belongs to the owner of its API, a pipeline to the owner of its app, and any other file
 * to the nearest folder that describes itself.
 */
export function ownerOf(path: string, catalog: readonly Entity[]): string | undefined {
  if (path === WITHOUT_OWNER) return undefined;
  const apis = catalog.filter(({ kind }) => kind === "API");
  // The sample of a service belongs to the service's team, as its contract does.
  const isSampleOf = ({ name }: Entity): boolean =>
    path.startsWith(`test/domain-services/${name.replace(/-api$/, "")}/`);
  const api = apis.find((candidate) => contractFile(candidate) === path || isSampleOf(candidate));
  if (api !== undefined) return api.owner;
  const pipeline = path.startsWith(".github/workflows/") ? basename(path, ".yml") : undefined;
  const rooms = catalog.filter(({ kind }) => kind === "Component" || kind === "System");
  const app = rooms.find(({ folder }) => folder === `apps/${pipeline}`);
  if (app !== undefined) return app.owner;
  return rooms
    .filter(({ folder }) => folder === "" || path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0]?.owner;
}

/** One line of a CODEOWNERS file: who must agree to a change of the paths that it matches. */
interface Line {
  readonly pattern: string;
  readonly owners: readonly string[];
}

/**
 * `*`, or a path from the root; a folder ends in a slash. GitHub knows more forms, which are harder
 * to read.
 */
const PATTERN = /^(?:\*|\/[\w.@/-]+)$/;
const OWNER = /^@[\w-]+\/[\w-]+$/;

/**
 * Reads a CODEOWNERS file. @throws SyntaxError for a line of any other form than the two that we
 * use
 */
export function parseCodeOwners(source: string): readonly Line[] {
  return source.split("\n").flatMap((line, index) => {
    const [pattern, ...owners] = line
      .replace(/(^|\s)#.*/, "")
      .split(/\s+/)
      .filter(Boolean);
    if (pattern === undefined) return [];
    const strange = PATTERN.test(pattern) ? owners.find((owner) => !OWNER.test(owner)) : pattern;
    if (strange === undefined) return [{ pattern, owners }];
    throw new SyntaxError(
      `CODEOWNERS line ${index + 1}: "${strange}" (expected *, /path/to/file or /folder/, then @organisation/team)`,
    );
  });
}

/**
 * The line that decides whose review GitHub asks for where `path` changes: the last one that
 * matches.
 */
export function decidingLine(lines: readonly Line[], path: string): Line | undefined {
  return lines.findLast(
    ({ pattern }) =>
      pattern === "*" || (pattern.endsWith("/") ? `/${path}`.startsWith(pattern) : `/${path}` === pattern),
  );
}
