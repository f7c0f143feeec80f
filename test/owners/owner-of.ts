import { basename } from "node:path";
import { contractFile } from "./catalog.ts";
import type { Entity } from "./catalog.ts";

/** Every team's dependencies change it, and the pipelines prove that it is right: it belongs to whoever changes it. */
const NOBODYS = "package-lock.json";

/**
 * The team that the catalogue makes responsible for a file, or `undefined` for nobody: a contract is its API's,
 * a pipeline its app's, and every other file belongs to the nearest folder that describes itself.
 */
export function ownerOf(path: string, catalog: readonly Entity[]): string | undefined {
  if (path === NOBODYS) return undefined;
  const apis = catalog.filter(({ kind }) => kind === "API");
  const contract = apis.find((api) => contractFile(api) === path);
  if (contract !== undefined) return contract.owner;
  // The samples that stand in for a service are the service's team's.
  const service = apis.find(({ name }) =>
    path.startsWith(`test/domain-services/${name.replace(/-api$/, "")}/`),
  );
  if (service !== undefined) return service.owner;
  const pipeline = path.startsWith(".github/workflows/") ? basename(path, ".yml") : undefined;
  const rooms = catalog.filter(({ kind }) => kind === "Component" || kind === "System");
  const app = rooms.find(({ folder, name }) => name === pipeline && folder === `apps/${name}`);
  if (app !== undefined) return app.owner;
  return rooms
    .filter(({ folder }) => folder === "" || path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0]?.owner;
}
