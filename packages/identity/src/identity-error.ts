/** What a caller did wrong; stable, never reused. */
export type IdentityErrorCode = "bad-key" | "bad-claim";

/**
 * A mistake of the program that mints or sets up verification: a key too short, a claim that no verifier
 * would accept. What arrives from outside never throws: see `Verification`.
 */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;

  constructor(code: IdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "IdentityError";
    this.code = code;
  }
}

/** True for every error that this package throws. */
export function isIdentityError(error: unknown): error is IdentityError {
  return error instanceof IdentityError;
}
