import openapiTS, { astToString } from "openapi-typescript";
import { ContractError } from "./contract-error.ts";
import type { Document } from "./document.ts";
import { splitByDirection } from "./variants.ts";

/**
 * The contract's types, as openapi-typescript writes them. They are read-only: an answer may be shared among several callers.
 * @throws ContractError when it refuses the contract
 */
export async function typesOf(document: Document): Promise<string> {
  // It takes the object it is given as its own, so it gets one of its own.
  const root: Record<string, unknown> = structuredClone(splitByDirection(document.root));
  try {
    return astToString(await openapiTS(JSON.stringify(root), { immutable: true, silent: true }));
  } catch (error) {
    throw new ContractError(`${document.source}: no types can be made from it (${String(error)})`, {
      cause: error,
    });
  }
}
