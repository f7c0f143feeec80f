import openapiTS, { astToString } from "openapi-typescript";
import { ContractError } from "../contract-error.ts";
import { parseDocument } from "../document.ts";
import { checkReferences } from "../references.ts";

/**
 * The declarations (`.d.ts`) of a contract for who calls it: `paths`, `operations` and `components`, as openapi-fetch takes
 * them. The same contract gives the same text.
 * @param contract its file's name, for messages and the header, and its text
 * @param command what to run to make the file anew; its header says so
 * @throws ContractError when the contract is not valid, or refers to what is not in it
 */
export async function clientTypes(
  contract: { readonly source: string; readonly text: string },
  command: string,
): Promise<string> {
  const document = parseDocument(contract.source, contract.text);
  checkReferences(document);
  const header = `// Generated from ${contract.source}; to make it anew: ${command}\n\n`;
  try {
    // Not read-only: openapi-fetch does not take a read-only array for an array.
    const types = await openapiTS(JSON.stringify(document.root), { silent: true });
    return `${header}${astToString(types)}`;
  } catch (error) {
    throw new ContractError(`${contract.source}: no types can be made from it (${String(error)})`, {
      cause: error,
    });
  }
}
