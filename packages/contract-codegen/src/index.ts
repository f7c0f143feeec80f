export { answersModule } from "./client-answers.ts";
export { wantedClient } from "./client.ts";
export { ContractError, isContractError } from "./document.ts";
export type { Contract } from "./document.ts";
export { findStale, generatedFiles, regenerate, replaceFolder, staleMessage } from "./folders.ts";
export type { Difference, Folders } from "./folders.ts";
export { generate } from "./generate.ts";
