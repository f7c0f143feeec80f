import { globSync } from "node:fs";
import { join, posix } from "node:path";
import { at, listAt, textAt } from "../documents/fields.ts";
import { readDocuments } from "../documents/read.ts";

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
