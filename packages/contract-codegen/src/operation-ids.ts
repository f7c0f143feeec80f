import type { Document } from "./document.ts";
import { METHODS } from "./document-schemas.ts";
import { isJsonObject, mapMembers, objectIn, own } from "./json.ts";
import type { Json } from "./json.ts";

/**
 * The same document, in which each `operationId` names one operation: the first. Others that have it, as where two paths are one path item,
 * go by method and path.
 */
export function withUniqueOperationIds(document: Document): Document {
  const taken = new Set<Json>();
  const methods = new Set<string>(METHODS);
  const paths = mapMembers(objectIn(document.root, "paths"), (item) => {
    if (!isJsonObject(item)) return item;
    return mapMembers(item, (operation, method) => {
      const id = isJsonObject(operation) ? own(operation, "operationId") : undefined;
      if (!methods.has(method) || !isJsonObject(operation) || id === undefined) return operation;
      const { operationId: _, ...unnamed } = operation;
      if (taken.has(id)) return unnamed;
      taken.add(id);
      return operation;
    });
  });
  return { ...document, root: { ...document.root, paths } };
}
