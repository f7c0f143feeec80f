/** A contract that no code can be made from. The message names the file, the place in it and what to do. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly code = "CONTRACT_INVALID";
}

export function isContractError(error: unknown): error is ContractError {
  return error instanceof ContractError;
}
