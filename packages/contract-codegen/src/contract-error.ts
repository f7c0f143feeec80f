/** No code can be generated from a contract. The message names the file, the place and a remedy. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly code = "CONTRACT_INVALID";
}

/** Whether a contract is at fault, rather than the generator or the machine. */
export function isContractError(error: unknown): error is ContractError {
  return error instanceof ContractError;
}
