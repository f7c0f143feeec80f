import { readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OperationFile } from "./documents/registry.ts";

/** What this BFF has published: its schema, and the documents that partners registered. */
export type Contract = {
  /** GraphQL's schema language. */
  readonly schema: string;
  readonly operations: readonly OperationFile[];
};

/**
 * Reads a `contracts` folder: `schema.graphql`, `operations/<sha256>.graphql` for every partner, and
 * `operations/<API key id>/<sha256>.graphql` for one.
 */
export async function readContract(url: URL): Promise<Contract> {
  const folder = fileURLToPath(url);
  const operationsFolder = join(folder, "operations");
  const paths = await readdir(operationsFolder, { recursive: true });
  const [schema, ...operations] = await Promise.all([
    readFile(join(folder, "schema.graphql"), "utf8"),
    ...paths
      .filter((path) => path.endsWith(".graphql"))
      .map(async (path) => ({
        name: basename(path),
        text: await readFile(join(operationsFolder, path), "utf8"),
        client: dirname(path) === "." ? undefined : dirname(path),
      })),
  ]);
  return { schema, operations };
}
