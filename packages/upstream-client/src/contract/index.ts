export type { ContractClient } from "./contract-client.ts";
export { contractService } from "./contract-service.ts";
export type { Contract, ContractService } from "./contract-service.ts";
export { operationOf } from "./operation-of.ts";
export type { ContractOperation } from "./operation-of.ts";
export { checkOnce } from "./validator.ts";
