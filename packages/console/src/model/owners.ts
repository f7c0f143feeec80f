import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { OwnerOf } from "./request.ts";

/**
 * Who owns what, from the repository's software catalogue: components by their names, and services
 * by those of their APIs (`orders` is the service of `orders-api`).
 *
 * @param root the repository; a file that cannot be read is left out
 */
export function ownersIn(root: string): OwnerOf {
  const owners = new Map<string, string>();
  for (const path of globSync("{.,apps/*,packages/*,services/*}/catalog-info.yaml", { cwd: root })) {
    for (const document of parseAllDocuments(readFileSync(join(root, path), "utf8"))) {
      const { kind, metadata, spec } = Object(document.toJS());
      const { name } = Object(metadata);
      const { owner } = Object(spec);
      if (typeof name !== "string" || typeof owner !== "string") continue;
      if (kind === "Component") owners.set(name, owner);
      if (kind === "API" && name.endsWith("-api")) owners.set(name.slice(0, -"-api".length), owner);
    }
  }
  return (name) => owners.get(name) ?? null;
}
