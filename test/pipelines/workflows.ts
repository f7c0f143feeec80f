import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fieldsAt } from "../documents/fields.ts";
import { parseDocuments } from "../documents/read.ts";

/** A GitHub Actions workflow. */
export interface Workflow {
  /** `web-bff.yml` */
  readonly file: string;
  readonly source: string;
  readonly document: unknown;
  readonly jobs: readonly (readonly [name: string, job: unknown])[];
}

/** Reads the repository's workflows. */
export function readWorkflows(root: string): Workflow[] {
  const folder = join(root, ".github", "workflows");
  return globSync("*", { cwd: folder })
    .toSorted()
    .map((file) => toWorkflow(basename(file), readFileSync(join(folder, file), "utf8")));
}

/** A workflow of a text. @throws Error where it is not YAML */
export function toWorkflow(file: string, source: string): Workflow {
  const [document] = parseDocuments(source, file);
  return { file, source, document, jobs: Object.entries(fieldsAt(document, "jobs")) };
}
