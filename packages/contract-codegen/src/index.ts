export { generatedFiles, replaceFolder, wantedClient } from "./client/client-package.ts";
export { ContractError, isContractError } from "./contract-error.ts";
export { findStale, regenerate, staleMessage } from "./directory.ts";
export type { Difference, Folders } from "./directory.ts";
export { generate } from "./generate.ts";
export type { Contract } from "./generate.ts";
