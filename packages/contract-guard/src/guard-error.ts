/** A contract, or what was asked about it, that the guard cannot work with. */
export class GuardError extends Error {
  override readonly name = "GuardError";
}

export function isGuardError(error: unknown): error is GuardError {
  return error instanceof GuardError;
}
